import * as commands from '@aws-sdk/client-sns';
import { commandOf, type AccountCases, type AnyClient } from './account-cases.js';

/** Attributes that operations need beside the names. */
const others: Readonly<Record<string, object>> = {
  AddPermission: { Label: 'x', AWSAccountId: ['111122223333'], ActionName: ['Publish'] },
  Publish: { Message: 'x' },
  PublishBatch: { PublishBatchRequestEntries: [{ Id: 'a', Message: 'x' }] },
  RemovePermission: { Label: 'x' },
  SetSubscriptionAttributes: { AttributeName: 'RawMessageDelivery', AttributeValue: 'true' },
  SetTopicAttributes: { AttributeName: 'DisplayName', AttributeValue: 'x' },
  Subscribe: { Protocol: 'sqs', Endpoint: 'arn:aws:sqs:us-east-1:111122223333:x' },
  TagResource: { Tags: [{ Key: 'k', Value: 'v' }] },
  UntagResource: { TagKeys: ['k'] },
};

const bySubscription = new Set(['GetSubscriptionAttributes', 'SetSubscriptionAttributes', 'Unsubscribe']);
const byResource = new Set(['ListTagsForResource', 'TagResource', 'UntagResource']);

export const snsCases: AccountCases = {
  service: 'sns',
  namesNothing: {
    CreateTopic: "makes a topic of the caller's own",
    ListTopics: "lists the caller's topics alone; its contract test shows it",
    ListSubscriptions: "lists the caller's subscriptions alone; its contract test shows it",
    ConfirmSubscription: 'whoever has the token of an endpoint confirms for it; its contract test shows it',
  },
  // AWS names no difference between what is not there and what is not one's own.
  notThere: ['AuthorizationErrorException'],
  prepare: async (suite, stranger) => {
    const owner = new commands.SNSClient(suite.client());
    const { TopicArn = '' } = await owner.send(new commands.CreateTopicCommand({ Name: 'owners-topic' }));
    const Endpoint = `arn:aws:sqs:us-east-1:${suite.credentials.account}:owners-queue`;
    const subscribe = new commands.SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint });
    const { SubscriptionArn = '' } = await owner.send(subscribe);
    const client: AnyClient = new commands.SNSClient(suite.client(stranger));
    const nameFor = (operation: string): object => {
      if (bySubscription.has(operation)) return { SubscriptionArn };
      return byResource.has(operation) ? { ResourceArn: TopicArn } : { TopicArn };
    };
    return {
      inputOf: (operation) => ({ ...nameFor(operation), ...others[operation] }),
      callAsStranger: (operation, input) => client.send(new (commandOf(commands, operation))(input)),
    };
  },
};
