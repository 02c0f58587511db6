import { randomUUID } from 'node:crypto';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  type Message,
  type QueueAttributeName,
  type ReceiveMessageCommandInput,
  type SendMessageCommandInput,
} from '@aws-sdk/client-sqs';
import type { Evidence } from '@lantern/testing';
import { startSuite, type Suite } from '../../support/suite.js';

const recordings =
  'https://github.com/localstack/localstack/blob/8b9a79f05846835cf4dff63ab7eefdde9df83783/tests/aws/services/sqs/test_sqs.snapshot.json';

/** AWS's answer as a public repository of recordings has it, under the name of its test. */
export const recorded = (test: string, file = recordings): Evidence => ({
  evidence: 'recorded',
  source: `${file} (${test})`,
  read: '2026-11',
});

/** AWS's reference. */
export const documented = (operation: string): Evidence => ({
  evidence: 'documented',
  source: `https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_${operation}.html`,
  read: '2026-11',
});

/** AWS's guide. */
export const guide = (page: string): Evidence => ({
  evidence: 'documented',
  source: `https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/${page}.html`,
  read: '2026-11',
});

/** A suite with SQS's client, and what the tests do again and again. */
export interface SqsSuite extends Suite {
  readonly sqs: SQSClient;
  /** A queue of its own name; its URL. */
  newQueue(attributes?: Record<string, string>, suffix?: string): Promise<string>;
  newFifoQueue(attributes?: Record<string, string>): Promise<string>;
  attribute(url: string, name: QueueAttributeName): Promise<string | undefined>;
  send(url: string, body: string, more?: Partial<SendMessageCommandInput>): Promise<string | undefined>;
  receive(url: string, more?: Partial<ReceiveMessageCommandInput>): Promise<Message[]>;
}

export async function startSqsSuite(name: string): Promise<SqsSuite> {
  const suite = await startSuite(name);
  const sqs = new SQSClient(suite.client());
  const newQueue = async (Attributes: Record<string, string> = {}, suffix = '') => {
    const QueueName = `queue-${randomUUID()}${suffix}`;
    return (await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl ?? '';
  };
  return {
    ...suite,
    sqs,
    newQueue,
    newFifoQueue: (attributes = {}) => newQueue({ FifoQueue: 'true', ...attributes }, '.fifo'),
    attribute: async (QueueUrl, name) =>
      (await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [name] }))).Attributes?.[name],
    send: async (QueueUrl, MessageBody, more = {}) =>
      (await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }))).MessageId,
    receive: async (QueueUrl, more = {}) =>
      (await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...more }))).Messages ?? [],
  };
}

/** Bodies in their order. */
export const bodies = (messages: readonly Message[]): (string | undefined)[] => messages.map(({ Body }) => Body);
