import { describe, expect, it } from 'vitest';
import { effectivePolicy, parseSubscriptionDeliveryPolicy, retryDelaysMs } from './delivery-policy.js';
import { queueRetryDelayMs } from './queue-retries.js';

const policy = (healthyRetryPolicy: object) => JSON.stringify({ healthyRetryPolicy });
const delays = (healthyRetryPolicy: object) =>
  retryDelaysMs(effectivePolicy(undefined, policy(healthyRetryPolicy)).healthyRetryPolicy).map((ms) => ms / 1000);

describe('a delivery policy', () => {
  it('tries three times more, twenty seconds apart, unless told', () => {
    expect(retryDelaysMs(effectivePolicy(undefined, undefined).healthyRetryPolicy)).toEqual([20_000, 20_000, 20_000]);
  });

  it('goes through its phases: at once, at the least, by its function, at the most', () => {
    const phases = { numNoDelayRetries: 2, numMinDelayRetries: 1, numMaxDelayRetries: 2 };
    expect(delays({ ...phases, numRetries: 8, minDelayTarget: 10, maxDelayTarget: 30 })).toEqual([
      0, 0, 10, 10, 20, 30, 30, 30,
    ]);
  });

  it.each(['linear', 'arithmetic', 'geometric', 'exponential'])('backs off from the least to the most: %s', (f) => {
    const found = delays({ numRetries: 6, minDelayTarget: 2, maxDelayTarget: 64, backoffFunction: f });
    expect([found[0], found[5]]).toEqual([2, 64]);
    expect(found).toEqual([...found].sort((a, b) => a - b));
    expect(new Set(found).size).toBe(6);
    expect(delays({ numRetries: 1, minDelayTarget: 2, maxDelayTarget: 64, backoffFunction: f })).toEqual([2]);
  });

  it('takes what a subscription says over what its topic says, unless the topic forbids it', () => {
    const topic = (disableSubscriptionOverrides: boolean) =>
      JSON.stringify({
        http: {
          defaultHealthyRetryPolicy: { numRetries: 1 },
          defaultRequestPolicy: { headerContentType: 'application/json' },
          disableSubscriptionOverrides,
        },
      });
    const own = policy({ numRetries: 2 });
    expect(effectivePolicy(topic(false), own)).toMatchObject({
      healthyRetryPolicy: { numRetries: 2 },
      requestPolicy: { headerContentType: 'application/json' },
    });
    expect(effectivePolicy(topic(true), own).healthyRetryPolicy.numRetries).toBe(1);
  });

  it.each([
    [{ numRetries: -1 }, 'numRetries must be an integer from 0 to 100'],
    [{ numRetries: 1.5 }, 'numRetries must be an integer'],
    [{ numRetries: '3' }, 'numRetries must be an integer'],
    [{ minDelayTarget: 0 }, 'minDelayTarget must be an integer from 1 to 3600'],
    [{ minDelayTarget: 21 }, 'maxDelayTarget must be at least minDelayTarget'],
    [{ numNoDelayRetries: 4 }, 'numRetries must be at least the sum'],
    [{ numRetries: 100, maxDelayTarget: 3600 }, 'at most 3600 seconds'],
    [{ backoffFunction: 'quadratic' }, 'backoffFunction must be one of'],
    [{ toString: 1 }, 'has no member toString'],
  ])('refuses %j', (retries, reason) => {
    expect(() => parseSubscriptionDeliveryPolicy(policy(retries))).toThrow(reason);
  });

  it.each([
    ['{', 'not JSON'],
    ['[]', 'must be an object'],
    ['{"guaranteed":true}', 'guaranteed'],
    ['{"throttlePolicy":{"maxReceivesPerSecond":0}}', 'maxReceivesPerSecond'],
    ['{"requestPolicy":{"headerContentType":"image/png"}}', 'content types'],
    ['{"requestPolicy":{"headerContentType":"text/plain\\r\\nx-evil: 1"}}', 'content types'],
  ])('refuses %s', (text, reason) => {
    expect(() => parseSubscriptionDeliveryPolicy(text)).toThrow(reason);
  });
});

describe('retries of queues', () => {
  it('begin at once, slow down to twenty seconds, and end after 100,015', () => {
    const first = Array.from({ length: 16 }, (_, i) => queueRetryDelayMs(i + 1));
    expect(first.slice(0, 6)).toEqual([0, 0, 0, 1_000, 1_000, 1_000]);
    expect(first.slice(14)).toEqual([20_000, 20_000]);
    expect([queueRetryDelayMs(100_015), queueRetryDelayMs(100_016)]).toEqual([20_000, undefined]);
  });
});
