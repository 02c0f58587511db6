import {
  CancelMessageMoveTaskCommand,
  DeleteMessageCommand,
  ListDeadLetterSourceQueuesCommand,
  ListMessageMoveTasksCommand,
  SetQueueAttributesCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { contract } from '@lantern/testing';
import { afterAll, beforeAll, describe, expect, vi } from 'vitest';
import { bodies, documented, guide, recorded, startSqsSuite, type SqsSuite } from './sqs-suite.js';

const moveTasks = (test: string) =>
  recorded(
    test,
    'https://github.com/localstack/localstack/blob/main/tests/aws/services/sqs/test_sqs_move_task.snapshot.json',
  );

describe('SQS dead letters', () => {
  let suite: SqsSuite;
  beforeAll(async () => {
    suite = await startSqsSuite('sqs-dead-letters');
  });
  afterAll(() => suite.close());

  const arnOf = async (url: string) => (await suite.attribute(url, 'QueueArn')) ?? '';
  const redrive = (deadLetterTargetArn: string, maxReceiveCount: number | string = 1) =>
    JSON.stringify({ deadLetterTargetArn, maxReceiveCount });
  /** A queue whose messages die after one receive, and where they go. */
  const pair = async () => {
    const dead = await suite.newQueue();
    const deadArn = await arnOf(dead);
    const source = await suite.newQueue({ RedrivePolicy: redrive(deadArn), VisibilityTimeout: '0' });
    return { dead, deadArn, source };
  };
  const kill = async (source: string, ...messages: string[]) => {
    for (const message of messages) await suite.send(source, message);
    for (let left = messages.length; left > 0;) left -= (await suite.receive(source)).length;
    expect(await suite.receive(source)).toEqual([]);
  };
  const start = (input: { SourceArn: string; DestinationArn?: string; MaxNumberOfMessagesPerSecond?: number }) =>
    suite.sqs.send(new StartMessageMoveTaskCommand(input));
  const tasks = async (SourceArn: string) =>
    (await suite.sqs.send(new ListMessageMoveTasksCommand({ SourceArn }))).Results ?? [];

  contract(
    'come when a message was received too often',
    recorded('test_dead_letter_queue_message_attributes'),
    async () => {
      const { dead, deadArn, source } = await pair();
      expect((await suite.sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: dead }))).queueUrls).toEqual([
        source,
      ]);
      await kill(source, 'message-1', 'message-2');
      const received = await suite.receive(dead, { MessageSystemAttributeNames: ['All'] });
      expect(bodies(received)).toEqual(['message-1', 'message-2']);
      expect(received[0]?.Attributes).toMatchObject({
        ApproximateReceiveCount: '2',
        DeadLetterQueueSourceArn: deadArn.replace(/[^:]+$/, source.split('/').at(-1) ?? ''),
      });
      await suite.sqs.send(new DeleteMessageCommand({ QueueUrl: dead, ReceiptHandle: received[0]?.ReceiptHandle }));
      expect(await suite.attribute(dead, 'ApproximateNumberOfMessagesNotVisible')).toBe('1');
    },
  );

  contract('keep their groups in FIFO queues', guide('sqs-dead-letter-queues'), async () => {
    const dead = await suite.newFifoQueue();
    const attributes = {
      RedrivePolicy: redrive(await arnOf(dead)),
      VisibilityTimeout: '0',
      ContentBasedDeduplication: 'true',
    };
    const source = await suite.newFifoQueue(attributes);
    for (const body of ['1', '2', '3']) await suite.send(source, body, { MessageGroupId: 'g' });
    await suite.receive(source);
    expect(await suite.receive(source)).toEqual([]);
    const received = await suite.receive(dead, { MessageSystemAttributeNames: ['MessageGroupId'] });
    expect(received.map(({ Body, Attributes }) => [Body, Attributes?.MessageGroupId])).toEqual([
      ['1', 'g'],
      ['2', 'g'],
      ['3', 'g'],
    ]);
  });

  contract(
    'want a queue that is there, of the same kind, and that wants them',
    documented('SetQueueAttributes'),
    async () => {
      const source = await suite.newQueue();
      const set = (url: string, Attributes: Record<string, string>) =>
        suite.sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes }));
      const refused = (RedrivePolicy: string) => expect(set(source, { RedrivePolicy })).rejects;
      const dead = await suite.newQueue();
      const arn = await arnOf(dead);
      const wrong = [
        'x',
        '{}',
        JSON.stringify({ deadLetterTargetArn: arn }),
        JSON.stringify({ maxReceiveCount: 1 }),
        redrive(arn, 'invalid'),
        redrive(arn, 0),
        redrive(`${arn}-missing`),
        redrive(await arnOf(await suite.newFifoQueue())),
      ];
      for (const policy of wrong) await refused(policy).toMatchObject({ name: 'InvalidParameterValue' });
      await set(dead, { RedriveAllowPolicy: JSON.stringify({ redrivePermission: 'denyAll' }) });
      await refused(redrive(arn)).toMatchObject({ name: 'InvalidParameterValue' });
      await set(dead, { RedriveAllowPolicy: '' });
      await set(source, { RedrivePolicy: redrive(arn, '42') });
      expect(await suite.attribute(source, 'RedrivePolicy')).toBe(redrive(arn, '42'));
      await set(source, { RedrivePolicy: '' });
      expect(await suite.attribute(source, 'RedrivePolicy')).toBeUndefined();
    },
  );

  contract('go back where they came from', moveTasks('test_basic_move_task_workflow'), async () => {
    const { dead, deadArn, source } = await pair();
    await kill(source, 'one', 'two');
    await start({ SourceArn: deadArn });
    await vi.waitFor(async () => expect((await tasks(deadArn))[0]?.Status).toBe('COMPLETED'), { timeout: 10_000 });
    const [task] = await tasks(deadArn);
    expect(task).toMatchObject({
      SourceArn: deadArn,
      ApproximateNumberOfMessagesMoved: 2,
      ApproximateNumberOfMessagesToMove: 2,
    });
    expect(Math.abs(Date.now() - (task?.StartedTimestamp ?? 0))).toBeLessThan(60_000);
    expect(await suite.attribute(dead, 'ApproximateNumberOfMessages')).toBe('0');
    const [message] = await suite.receive(source, { MessageSystemAttributeNames: ['All'] });
    expect([message?.Body, message?.Attributes?.ApproximateReceiveCount]).toEqual(['one', '1']);
  });

  contract('go at a pace, and stop when told', moveTasks('test_move_task_cancel'), async () => {
    const { deadArn, source } = await pair();
    await kill(source, ...[...Array(10).keys()].map(String));
    const DestinationArn = await arnOf(await suite.newQueue());
    const { TaskHandle } = await start({ SourceArn: deadArn, DestinationArn, MaxNumberOfMessagesPerSecond: 1 });
    await expect(start({ SourceArn: deadArn })).rejects.toMatchObject({ name: 'UnsupportedOperation' });
    await vi.waitFor(async () =>
      expect((await tasks(deadArn))[0]?.ApproximateNumberOfMessagesMoved).toBeGreaterThan(0),
    );
    expect((await tasks(deadArn))[0]).toMatchObject({
      Status: 'RUNNING',
      TaskHandle,
      DestinationArn,
      MaxNumberOfMessagesPerSecond: 1,
    });
    await suite.sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
    await vi.waitFor(async () => expect((await tasks(deadArn))[0]?.Status).toBe('CANCELLED'), { timeout: 10_000 });
    const [task] = await tasks(deadArn);
    expect(task?.ApproximateNumberOfMessagesMoved).toBeLessThan(10);
    expect(task).not.toHaveProperty('TaskHandle');
  });

  contract(
    'are moved only by tasks that make sense',
    moveTasks('test_source_needs_redrive_policy and others'),
    async () => {
      const { deadArn } = await pair();
      await expect(start({ SourceArn: await arnOf(await suite.newQueue()) })).rejects.toMatchObject({
        name: 'InvalidParameterValue',
        message: 'Source queue must be configured as a Dead Letter Queue.',
      });
      await expect(start({ SourceArn: `${deadArn}-missing` })).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
        message: "The resource that you specified for the SourceArn parameter doesn't exist.",
      });
      await expect(start({ SourceArn: deadArn, DestinationArn: `${deadArn}-missing` })).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
        message: "The resource that you specified for the DestinationArn parameter doesn't exist.",
      });
      const cancel = (TaskHandle: string) => suite.sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
      await expect(cancel('foobared')).rejects.toMatchObject({
        name: 'InvalidParameterValue',
        message: 'Value for parameter TaskHandle is invalid.',
      });
      const unknown = Buffer.from(JSON.stringify({ taskId: 'x', sourceArn: deadArn })).toString('base64');
      await expect(cancel(unknown)).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
        message: 'Task does not exist.',
      });
    },
  );
});
