import { invalidParameter } from '../refusals.js';
import { isContentType } from './content-types.js';

/** How often and when a failed delivery is tried again; delays in seconds. The names are AWS's. */
export interface RetryPolicy {
  readonly minDelayTarget: number;
  readonly maxDelayTarget: number;
  readonly numRetries: number;
  readonly numMaxDelayRetries: number;
  readonly numNoDelayRetries: number;
  readonly numMinDelayRetries: number;
  readonly backoffFunction: 'linear' | 'arithmetic' | 'geometric' | 'exponential';
}

/** What holds for one subscription. The names are AWS's. */
export interface DeliveryPolicy {
  readonly healthyRetryPolicy: RetryPolicy;
  readonly throttlePolicy: { readonly maxReceivesPerSecond: number } | null;
  readonly requestPolicy: { readonly headerContentType: string };
}

/** The parts that a policy document may set, by the names that subscriptions use. */
interface PolicyParts {
  readonly healthyRetryPolicy?: RetryPolicy;
  readonly throttlePolicy?: { readonly maxReceivesPerSecond: number };
  readonly requestPolicy?: { readonly headerContentType: string };
}

interface TopicPolicy extends PolicyParts {
  readonly disableSubscriptionOverrides: boolean;
}

/** https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html (read 2026-11) */
const defaultRetryPolicy: RetryPolicy = {
  minDelayTarget: 20,
  maxDelayTarget: 20,
  numRetries: 3,
  numMaxDelayRetries: 0,
  numNoDelayRetries: 0,
  numMinDelayRetries: 0,
  backoffFunction: 'linear',
};
const defaultContentType = 'text/plain; charset=UTF-8';

/** Ranges of the same page. */
const ranges: Readonly<Record<Exclude<keyof RetryPolicy, 'backoffFunction'>, readonly [number, number]>> = {
  minDelayTarget: [1, 3600],
  maxDelayTarget: [1, 3600],
  numRetries: [0, 100],
  numMaxDelayRetries: [0, 100],
  numNoDelayRetries: [0, 100],
  numMinDelayRetries: [0, 100],
};
const backoffFunctions: readonly string[] = ['linear', 'arithmetic', 'geometric', 'exponential'];

type Fields = Readonly<Record<string, unknown>>;

/** Reads the DeliveryPolicy of a topic. @throws InvalidParameterException */
export function parseTopicDeliveryPolicy(text: string): TopicPolicy {
  const { http = {} } = only(parseJson(text), 'DeliveryPolicy', ['http']);
  const names = ['defaultHealthyRetryPolicy', 'defaultThrottlePolicy', 'defaultRequestPolicy'];
  const fields = only(http, 'http', [...names, 'disableSubscriptionOverrides', 'defaultSicklyRetryPolicy']);
  if ((fields['defaultSicklyRetryPolicy'] ?? null) !== null)
    throw refuse('http.defaultSicklyRetryPolicy is not supported');
  const disable = fields['disableSubscriptionOverrides'] ?? false;
  if (typeof disable !== 'boolean') throw refuse('http.disableSubscriptionOverrides must be true or false');
  return { ...readParts(fields, 'http.', names), disableSubscriptionOverrides: disable };
}

/** Reads the DeliveryPolicy of a subscription. @throws InvalidParameterException */
export function parseSubscriptionDeliveryPolicy(text: string): PolicyParts {
  const names = ['healthyRetryPolicy', 'throttlePolicy', 'requestPolicy'];
  const fields = only(parseJson(text), 'DeliveryPolicy', [...names, 'sicklyRetryPolicy', 'guaranteed']);
  if ((fields['sicklyRetryPolicy'] ?? null) !== null) throw refuse('sicklyRetryPolicy is not supported');
  if ((fields['guaranteed'] ?? false) !== false) throw refuse('guaranteed must be false');
  return readParts(fields, '', names);
}

/** What holds for a subscription: its own policy over its topic's over the defaults. */
export function effectivePolicy(topic: string | undefined, subscription: string | undefined): DeliveryPolicy {
  const ofTopic: Partial<TopicPolicy> = topic ? parseTopicDeliveryPolicy(topic) : {};
  const isOverridden = subscription && ofTopic.disableSubscriptionOverrides !== true;
  const own: PolicyParts = isOverridden ? parseSubscriptionDeliveryPolicy(subscription) : {};
  return {
    healthyRetryPolicy: own.healthyRetryPolicy ?? ofTopic.healthyRetryPolicy ?? defaultRetryPolicy,
    throttlePolicy: own.throttlePolicy ?? ofTopic.throttlePolicy ?? null,
    requestPolicy: own.requestPolicy ?? ofTopic.requestPolicy ?? { headerContentType: defaultContentType },
  };
}

/** The EffectiveDeliveryPolicy of a topic, in AWS's form. */
export function effectiveTopicPolicy(text: string | undefined): object {
  const parts = text ? parseTopicDeliveryPolicy(text) : { disableSubscriptionOverrides: false };
  const { healthyRetryPolicy, throttlePolicy, requestPolicy } = effectivePolicy(text, undefined);
  return {
    http: {
      defaultHealthyRetryPolicy: healthyRetryPolicy,
      disableSubscriptionOverrides: parts.disableSubscriptionOverrides,
      ...(throttlePolicy && { defaultThrottlePolicy: throttlePolicy }),
      defaultRequestPolicy: requestPolicy,
    },
  };
}

function readParts(fields: Fields, path: string, [retry = '', throttle = '', request = '']: string[]): PolicyParts {
  const [retries, rate, requests] = [fields[retry], fields[throttle], fields[request]].map((part) => part ?? undefined);
  return {
    ...(retries !== undefined && { healthyRetryPolicy: readRetryPolicy(retries, `${path}${retry}`) }),
    ...(rate !== undefined && { throttlePolicy: readThrottlePolicy(rate, `${path}${throttle}`) }),
    ...(requests !== undefined && { requestPolicy: readRequestPolicy(requests, `${path}${request}`) }),
  };
}

function readRetryPolicy(value: unknown, path: string): RetryPolicy {
  const given = only(value, path, Object.keys(defaultRetryPolicy));
  const policy = { ...defaultRetryPolicy, ...given };
  for (const [name, [least, most]] of Object.entries(ranges)) {
    const number: unknown = Object.entries(policy).find(([key]) => key === name)?.[1];
    if (typeof number !== 'number' || !Number.isInteger(number) || number < least || number > most) {
      throw refuse(`${path}.${name} must be an integer from ${least} to ${most}`);
    }
  }
  if (!backoffFunctions.includes(policy.backoffFunction)) {
    throw refuse(`${path}.backoffFunction must be one of ${backoffFunctions.join(', ')}`);
  }
  if (policy.minDelayTarget > policy.maxDelayTarget)
    throw refuse(`${path}.maxDelayTarget must be at least minDelayTarget`);
  if (policy.numNoDelayRetries + policy.numMinDelayRetries + policy.numMaxDelayRetries > policy.numRetries) {
    throw refuse(`${path}.numRetries must be at least the sum of the retries of all phases`);
  }
  const totalSeconds = retryDelaysMs(policy).reduce((sum, delayMs) => sum + delayMs, 0) / 1000;
  // A hard limit of AWS.
  if (totalSeconds > 3600) throw refuse(`${path}: all retries together must take at most 3600 seconds`);
  return policy;
}

function readThrottlePolicy(value: unknown, path: string): { maxReceivesPerSecond: number } {
  const { maxReceivesPerSecond } = only(value, path, ['maxReceivesPerSecond']);
  if (typeof maxReceivesPerSecond !== 'number' || !Number.isInteger(maxReceivesPerSecond) || maxReceivesPerSecond < 1) {
    throw refuse(`${path}.maxReceivesPerSecond must be an integer of at least 1`);
  }
  return { maxReceivesPerSecond };
}

function readRequestPolicy(value: unknown, path: string): { headerContentType: string } {
  const { headerContentType } = only(value, path, ['headerContentType']);
  if (typeof headerContentType !== 'string' || !isContentType(headerContentType)) {
    throw refuse(`${path}.headerContentType is not one of the supported content types`);
  }
  return { headerContentType };
}

/** The delays before each retry, in milliseconds: at once, at the least, by the function, at the most. */
export function retryDelaysMs(policy: RetryPolicy): number[] {
  const { numRetries, numNoDelayRetries, numMinDelayRetries, numMaxDelayRetries } = policy;
  const nBackoff = numRetries - numNoDelayRetries - numMinDelayRetries - numMaxDelayRetries;
  const repeat = (count: number, seconds: number) => Array.from({ length: count }, () => seconds * 1000);
  return [
    ...repeat(numNoDelayRetries, 0),
    ...repeat(numMinDelayRetries, policy.minDelayTarget),
    ...Array.from({ length: nBackoff }, (_, i) => Math.round(backoffSeconds(policy, i, nBackoff) * 1000)),
    ...repeat(numMaxDelayRetries, policy.maxDelayTarget),
  ];
}

/** From the least to the most delay; AWS publishes the curves' names and shapes, not their formulas. */
function backoffSeconds(policy: RetryPolicy, i: number, count: number): number {
  const { minDelayTarget: least, maxDelayTarget: most } = policy;
  const t = count > 1 ? i / (count - 1) : 0;
  switch (policy.backoffFunction) {
    case 'linear':
      return least + (most - least) * t;
    case 'arithmetic':
      return least + (most - least) * t * t;
    case 'geometric':
      return least * (most / least) ** t;
    case 'exponential':
      return least + (most - least) * (count > 1 ? (2 ** i - 1) / (2 ** (count - 1) - 1) : 0);
  }
}

/** An object that has no other members. */
function only(value: unknown, path: string, names: readonly string[]): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse(`${path} must be an object`);
  const stranger = Object.keys(value).find((name) => !names.includes(name));
  if (stranger !== undefined) throw refuse(`${path} has no member ${stranger}`);
  return Object.fromEntries(Object.entries(value));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refuse('The document is not JSON');
  }
}

const refuse = (reason: string) => invalidParameter(`DeliveryPolicy: ${reason}`);
