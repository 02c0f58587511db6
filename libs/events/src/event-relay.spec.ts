import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OperationCaller, ServiceError, type InternalCaller } from '@lantern/aws-protocol';
import { PostgresWorkQueue, type Working } from '@lantern/jobs';
import { openDatabase, type Database } from '@lantern/store';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { DeliveryChains, EventBus, EventRelay, EventRuleError, EventRules, type EventEnvelope } from './index.js';

const account = '111111111111';
const region = 'eu-central-1';
const topic = `arn:aws:sns:${region}:${account}:news`;
const queueArn = `arn:aws:sqs:${region}:${account}:inbox`;
const scope = { account, region };
const failing = (code: string, status: number) => () => {
  throw new ServiceError(code, 'no', status);
};

interface Call {
  readonly service: string;
  readonly operation: string;
  readonly input: Record<string, unknown>;
  readonly caller: InternalCaller;
}

/** Keeps what it is called with; `before` may refuse. */
class Recorder extends OperationCaller {
  readonly calls: Call[] = [];
  before: (call: Call) => void | Promise<void> = () => undefined;

  override async call(service: string, operation: string, input: object, caller: InternalCaller): Promise<object> {
    const call = { service, operation, input: input as Record<string, unknown>, caller };
    await this.before(call);
    this.calls.push(call);
    return {};
  }

  /** What reached a target, in order. */
  bodies(): unknown[] {
    return this.calls.map(({ input }) => input.Message ?? input.MessageBody);
  }
}

let dataDir: string;
let database: Database;
let queue: PostgresWorkQueue;
let bus: EventBus;
let rules: EventRules;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'lantern-events-'));
  database = await openDatabase({ dataDir });
  queue = new PostgresWorkQueue({ database });
  bus = new EventBus(database, queue);
  rules = new EventRules(database);
});
afterAll(async () => {
  await queue.close();
  await database.close();
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
});

const event = (more: object = {}) => ({
  ...scope,
  source: 'aws.comprehend',
  detailType: 'Job State Change',
  detail: { status: 'COMPLETED' },
  resources: ['arn:aws:comprehend:eu-central-1:111111111111:job/1'],
  groupId: 'job-1',
  ...more,
});
const direct = (body: string, groupId = 'g', target = queueArn) => ({ account, target, groupId, body });

describe('rules', () => {
  it('are kept per account and region', async () => {
    const rule = { name: 'one', description: 'all', pattern: '{"source":["aws.s3"]}', targets: [topic] };
    await rules.put(scope, rule);
    await rules.put(scope, { ...rule, targets: [topic, queueArn] });
    expect(await rules.list(scope)).toEqual([{ ...rule, targets: [topic, queueArn] }]);
    expect(await rules.list({ account, region: 'us-east-1' })).toEqual([]);
    expect(await rules.list({ account: '222222222222', region })).toEqual([]);
    expect(await rules.remove({ account: '222222222222', region }, 'one')).toBe(false);
    expect(await rules.remove(scope, 'one')).toBe(true);
    expect(await rules.list(scope)).toEqual([]);
  });

  it.each([
    [{ name: 'a b' }, /name has 1 to 64/],
    [{ pattern: '{' }, /Event pattern is not valid/],
    [{ pattern: '{"source":"aws.s3"}' }, /must be an object or an array/],
    [{ targets: [] }, /1 to 5 targets/],
    [{ targets: ['arn:aws:sns:eu-central-1:222222222222:news'] }, /of account 111111111111/],
    [{ targets: [`arn:aws:lambda:${region}:${account}:function:f`] }, /Not the ARN of an SNS topic or SQS queue/],
  ])('are refused with %j', async (wrong, reason) => {
    const rule = { name: 'x', pattern: '{"source":["aws.s3"]}', targets: [topic], ...wrong };
    await expect(rules.put(scope, rule)).rejects.toThrow(EventRuleError);
    await expect(rules.put(scope, rule)).rejects.toThrow(reason);
  });
});

describe('the relay', () => {
  let recorder: Recorder;
  let relays: Working[];
  const errors: Error[] = [];
  const start = async (sweepMs = 60_000) => {
    const onError = (error: Error) => void errors.push(error);
    relays.push(await new EventRelay({ database, queue, caller: recorder, onError, sweepMs }).start());
  };
  const left = async () =>
    (
      await database.kysely
        .withTables<{ event_deliveries: { id: number; failed_at: Date | null } }>()
        .selectFrom('event_deliveries')
        .select('id')
        .where('failed_at', 'is', null)
        .execute()
    ).length;
  const untilIdle = () => vi.waitFor(async () => expect(await left()).toBe(0), { timeout: 10_000, interval: 20 });

  beforeEach(() => {
    recorder = new Recorder();
    relays = [];
    errors.length = 0;
    return async () => {
      await Promise.all(relays.map((relay) => relay.close()));
      for (const { name } of await rules.list(scope)) await rules.remove(scope, name);
    };
  });

  it('brings an event to the targets of the rules that it fulfils, as EventBridge writes it', async () => {
    await rules.put(scope, {
      name: 'match',
      pattern: '{"detail":{"status":["COMPLETED"]}}',
      targets: [topic, queueArn],
    });
    await rules.put(scope, { name: 'other', pattern: '{"source":["aws.s3"]}', targets: [topic] });
    await rules.put(
      { account, region: 'us-east-1' },
      { name: 'far', pattern: '{"account":["111111111111"]}', targets: [topic] },
    );
    await start();
    await bus.publish(undefined, event({ at: new Date('2026-11-25T10:00:00.900Z') }));
    await untilIdle();
    await rules.remove({ account, region: 'us-east-1' }, 'far');
    const byService = new Map(recorder.calls.map((call) => [call.service, call]));
    expect(recorder.calls).toHaveLength(2);
    expect(byService.get('sns')).toMatchObject({ operation: 'Publish', input: { TopicArn: topic }, caller: scope });
    expect(byService.get('sqs')).toMatchObject({
      operation: 'SendMessage',
      input: { QueueUrl: 'http://localhost/111111111111/inbox' },
    });
    const envelope = JSON.parse(String(byService.get('sns')?.input.Message)) as EventEnvelope;
    expect(envelope).toEqual({
      version: '0',
      id: expect.stringMatching(/^[\da-f-]{36}$/) as string,
      'detail-type': 'Job State Change',
      source: 'aws.comprehend',
      account,
      time: '2026-11-25T10:00:00Z',
      region,
      resources: event().resources,
      detail: { status: 'COMPLETED' },
    });
    expect(byService.get('sqs')?.input.MessageBody).toBe(byService.get('sns')?.input.Message);
    // The group's name is opaque and the same for both.
    expect(byService.get('sns')?.caller.groupId).toMatch(/^[\w-]{43}$/);
  });

  it('tells the target that an event names itself, without any rule', async () => {
    await start();
    await bus.publish(undefined, event());
    await bus.publish(undefined, event({ target: queueArn }));
    await untilIdle();
    expect(recorder.calls).toHaveLength(1);
  });

  it('delivers nothing of a transaction that is rolled back, and everything of one that commits', async () => {
    await start();
    const publish = (body: string, fails: boolean) =>
      database.kysely.transaction().execute(async (transaction) => {
        await bus.send(transaction, direct(body));
        if (fails) throw new Error('rolled back');
      });
    await expect(publish('lost', true)).rejects.toThrow('rolled back');
    await publish('kept', false);
    await untilIdle();
    expect(recorder.bodies()).toEqual(['kept']);
  });

  it('gives messages of FIFO targets the group and a name by which repetitions are known', async () => {
    await start();
    await bus.send(undefined, { ...direct('x', 'g', `${topic}.fifo`), subject: 'Greetings' });
    await bus.send(undefined, direct('y', 'g', `${queueArn}.fifo`));
    await untilIdle();
    const inputs = recorder.calls.map(({ input }) => input);
    const ids = inputs.map(({ MessageDeduplicationId }) => MessageDeduplicationId);
    expect(inputs.map(({ MessageGroupId }) => MessageGroupId)).toEqual([
      recorder.calls[0]?.caller.groupId,
      recorder.calls[0]?.caller.groupId,
    ]);
    expect(new Set(ids).size).toBe(2);
    expect(inputs.find(({ TopicArn }) => TopicArn)?.Subject).toBe('Greetings');
  });

  it('keeps the order of a group through failures, and lets other groups pass', async () => {
    let refusals = 3;
    recorder.before = ({ input }) => {
      if (input.MessageBody === 'a0' && refusals-- > 0) throw new ServiceError('InternalFailure', 'busy', 500);
    };
    for (let i = 0; i < 10; i++) {
      await bus.send(undefined, direct(`a${i}`, 'a'));
      await bus.send(undefined, direct(`b${i}`, 'b'));
    }
    await Promise.all([start(), start()]);
    await untilIdle();
    const bodies = recorder.bodies().map(String);
    const ten = [...Array(10).keys()];
    expect(bodies.filter((body) => body.startsWith('a'))).toEqual(ten.map((i) => `a${i}`));
    expect(bodies.filter((body) => body.startsWith('b'))).toEqual(ten.map((i) => `b${i}`));
    expect(bodies.indexOf('b9')).toBeLessThan(bodies.indexOf('a0'));
  });

  it('gives up what its target refuses, keeps it to be seen, and goes on with what is behind', async () => {
    recorder.before = ({ input }) => {
      if (input.MessageBody === 'first') failing('AWS.SimpleQueueService.NonExistentQueue', 400)();
    };
    await start();
    await bus.send(undefined, direct('first'));
    await bus.send(undefined, direct('second'));
    await bus.send(undefined, direct('nowhere', 'g', 'arn:aws:sqs:eu-central-1:222222222222:inbox'));
    await untilIdle();
    expect(recorder.bodies()).toEqual(['second']);
    const failed = await new DeliveryChains(database).failed(account, 10);
    expect(failed.map(({ body, failure }) => [body, failure?.split(':')[0]])).toEqual(
      expect.arrayContaining([
        ['first', 'AWS.SimpleQueueService.NonExistentQueue'],
        ['nowhere', 'Error'],
      ]),
    );
    expect(errors).toHaveLength(2);
  });

  it('finds what was never rung for, or was left by a worker that died', async () => {
    const silent = { add: () => Promise.resolve() } as unknown as PostgresWorkQueue;
    await new EventBus(database, silent).send(undefined, direct('unheard'));
    await start(100);
    await untilIdle();
    expect(recorder.bodies()).toEqual(['unheard']);
  });
});
