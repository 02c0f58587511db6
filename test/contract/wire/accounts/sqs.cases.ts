import * as commands from '@aws-sdk/client-sqs';
import { commandOf, type AccountCases, type AnyClient } from './account-cases.js';

/** What operations need beside the queue. */
const others: Readonly<Record<string, object>> = {
  AddPermission: { Label: 'x', AWSAccountIds: ['111122223333'], Actions: ['SendMessage'] },
  RemovePermission: { Label: 'x' },
  SendMessage: { MessageBody: 'x' },
  SendMessageBatch: { Entries: [{ Id: 'a', MessageBody: 'x' }] },
  SetQueueAttributes: { Attributes: { VisibilityTimeout: '0' } },
  TagQueue: { Tags: { k: 'v' } },
  UntagQueue: { TagKeys: ['k'] },
};

export const sqsCases: AccountCases = {
  service: 'sqs',
  namesNothing: {
    CreateQueue: "makes a queue of the caller's own",
    ListQueues: "lists the caller's queues alone; checked below",
  },
  // Of another account's queue it is not even told that it is there, unless its policy says so.
  notThere: ['QueueDoesNotExist', 'ResourceNotFoundException'],
  prepare: async (suite, stranger) => {
    const owner = new commands.SQSClient(suite.client());
    const { account } = suite.credentials;
    const arn = `arn:aws:sqs:us-east-1:${account}:owners-dead-letters`;
    await owner.send(new commands.CreateQueueCommand({ QueueName: 'owners-dead-letters' }));
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount: 1 });
    const create = new commands.CreateQueueCommand({ QueueName: 'owners-queue', Attributes: { RedrivePolicy } });
    const { QueueUrl = '' } = await owner.send(create);
    await owner.send(new commands.SendMessageCommand({ QueueUrl, MessageBody: 'private' }));
    const { Messages } = await owner.send(new commands.ReceiveMessageCommand({ QueueUrl }));
    const ReceiptHandle = Messages?.[0]?.ReceiptHandle ?? '';
    const { TaskHandle } = await owner.send(new commands.StartMessageMoveTaskCommand({ SourceArn: arn }));
    const receipts: Readonly<Record<string, object>> = {
      DeleteMessage: { ReceiptHandle },
      DeleteMessageBatch: { Entries: [{ Id: 'a', ReceiptHandle }] },
      ChangeMessageVisibility: { ReceiptHandle, VisibilityTimeout: 0 },
      ChangeMessageVisibilityBatch: { Entries: [{ Id: 'a', ReceiptHandle, VisibilityTimeout: 0 }] },
    };
    const nameFor = (operation: string): object => {
      if (operation === 'GetQueueUrl') return { QueueName: 'owners-queue', QueueOwnerAWSAccountId: account };
      if (operation === 'CancelMessageMoveTask') return { TaskHandle };
      return operation.includes('MoveTask') ? { SourceArn: arn } : { QueueUrl };
    };
    const client: AnyClient = new commands.SQSClient(suite.client(stranger));
    return {
      inputOf: (operation) => ({ ...nameFor(operation), ...others[operation], ...receipts[operation] }),
      callAsStranger: (operation, input) => client.send(new (commandOf(commands, operation))(input)),
    };
  },
};
