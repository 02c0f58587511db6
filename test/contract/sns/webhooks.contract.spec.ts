import { randomUUID } from 'node:crypto';
import {
  ConfirmSubscriptionCommand,
  CreateTopicCommand,
  GetSubscriptionAttributesCommand,
  ListSubscriptionsByTopicCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { contract } from '@lantern/testing';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { startSuite, type Suite } from '../../support/suite.js';
import { openWebhook, type Received, type Webhook } from '../../support/webhook.js';

const guide = (page: string) => `https://docs.aws.amazon.com/sns/latest/dg/${page}.html`;
const formats = { evidence: 'documented', source: guide('sns-message-and-json-formats'), read: '2026-11' } as const;
const documented = (operation: string) =>
  ({
    evidence: 'documented',
    source: `https://docs.aws.amazon.com/sns/latest/api/API_${operation}.html`,
    read: '2026-11',
  }) as const;

const ofType = (type: string, topic: string) => (received: Received) =>
  received.message['Type'] === type && received.message['TopicArn'] === topic;

describe('SNS webhooks', () => {
  let suite: Suite;
  let sns: SNSClient;
  let webhook: Webhook;
  beforeAll(async () => {
    webhook = await openWebhook();
    suite = await startSuite('sns', { LANTERN_OUTBOUND_ALLOW: '127.0.0.1' });
    sns = new SNSClient(suite.client());
  });
  afterAll(async () => {
    await suite.close();
    webhook.close();
  });

  const newTopic = async (attributes: Record<string, string> = {}): Promise<string> => {
    const made = await sns.send(new CreateTopicCommand({ Name: `topic-${randomUUID()}`, Attributes: attributes }));
    return made.TopicArn ?? '';
  };
  const subscribe = (topic: string, attributes: Record<string, string> = {}) =>
    sns.send(
      new SubscribeCommand({
        TopicArn: topic,
        Protocol: 'http',
        Endpoint: webhook.url,
        Attributes: attributes,
        ReturnSubscriptionArn: true,
      }),
    );
  /** A topic with a confirmed subscription. */
  const newTarget = async (attributes: Record<string, string> = {}) => {
    const topic = await newTopic();
    const { SubscriptionArn: subscription = '' } = await subscribe(topic, attributes);
    const { message } = await webhook.next(ofType('SubscriptionConfirmation', topic));
    await sns.send(new ConfirmSubscriptionCommand({ TopicArn: topic, Token: message['Token'] }));
    return { topic, subscription };
  };
  const notification = (topic: string, text: string) =>
    webhook.next((received) => ofType('Notification', topic)(received) && received.message['Message'] === text);

  contract('asks an endpoint to confirm, in the headers and the body that AWS documents', formats, async () => {
    const topic = await newTopic();
    const { SubscriptionArn } = await sns.send(
      new SubscribeCommand({ TopicArn: topic, Protocol: 'http', Endpoint: webhook.url }),
    );
    expect(SubscriptionArn).toBe('pending confirmation');
    const { headers, message } = await webhook.next(ofType('SubscriptionConfirmation', topic));
    expect(headers).toMatchObject({
      'x-amz-sns-message-type': 'SubscriptionConfirmation',
      'x-amz-sns-message-id': message['MessageId'],
      'x-amz-sns-topic-arn': topic,
      'content-type': 'text/plain; charset=UTF-8',
      'user-agent': 'Amazon Simple Notification Service Agent',
    });
    expect(Object.keys(message)).toEqual([
      'Type',
      'MessageId',
      'Token',
      'TopicArn',
      'Message',
      'SubscribeURL',
      'Timestamp',
      'SignatureVersion',
      'Signature',
      'SigningCertURL',
    ]);
    expect(message['Message']).toContain(`You have chosen to subscribe to the topic ${topic}.`);
    expect(message['SubscribeURL']).toBe(
      `${suite.url}/?Action=ConfirmSubscription&TopicArn=${topic}&Token=${message['Token']}`,
    );
    const { Subscriptions = [] } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topic }));
    expect(Subscriptions).toMatchObject([{ SubscriptionArn: 'PendingConfirmation', Endpoint: webhook.url }]);
  });

  contract('confirms by a plain visit of the SubscribeURL, without a signature', formats, async () => {
    const topic = await newTopic();
    await subscribe(topic);
    const { message } = await webhook.next(ofType('SubscriptionConfirmation', topic));
    const answer = await fetch(message['SubscribeURL'] ?? '');
    expect(answer.status).toBe(200);
    const { Subscriptions = [] } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topic }));
    const [{ SubscriptionArn = '' } = {}] = Subscriptions;
    expect(await answer.text()).toContain(
      `<ConfirmSubscriptionResult><SubscriptionArn>${SubscriptionArn}</SubscriptionArn></ConfirmSubscriptionResult>`,
    );
    const { Attributes } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
    expect(Attributes).toMatchObject({ PendingConfirmation: 'false', ConfirmationWasAuthenticated: 'false' });
  });

  contract(
    'refuses a token that was changed, and one of another topic',
    documented('ConfirmSubscription'),
    async () => {
      const [topic, other] = [await newTopic(), await newTopic()];
      await subscribe(topic);
      const { message } = await webhook.next(ofType('SubscriptionConfirmation', topic));
      const token = message['Token'] ?? '';
      for (const url of [
        `${suite.url}/?Action=ConfirmSubscription&TopicArn=${topic}&Token=${token.replace(/.$/, 'x')}`,
        `${suite.url}/?Action=ConfirmSubscription&TopicArn=${other}&Token=${token}`,
      ]) {
        const answer = await fetch(url);
        expect(answer.status).toBe(400);
        expect(await answer.text()).toContain('<Code>InvalidParameter</Code>');
      }
    },
  );

  contract('delivers a message with its subject and attributes', formats, async () => {
    const { topic, subscription } = await newTarget();
    const text = `hällo "${randomUUID()}"\n`;
    const { MessageId } = await sns.send(
      new PublishCommand({
        TopicArn: topic,
        Message: text,
        Subject: 'news',
        MessageAttributes: {
          price: { DataType: 'Number', StringValue: '1.5' },
          raw: { DataType: 'Binary', BinaryValue: Buffer.of(0, 255) },
        },
      }),
    );
    const { headers, message } = await notification(topic, text);
    expect(headers).toMatchObject({
      'x-amz-sns-message-type': 'Notification',
      'x-amz-sns-message-id': MessageId,
      'x-amz-sns-subscription-arn': subscription,
    });
    expect(headers['x-amz-sns-rawdelivery']).toBeUndefined();
    expect(message).toMatchObject({
      Type: 'Notification',
      MessageId,
      Subject: 'news',
      SignatureVersion: '1',
      UnsubscribeURL: `${suite.url}/?Action=Unsubscribe&SubscriptionArn=${subscription}`,
      MessageAttributes: { price: { Type: 'Number', Value: '1.5' }, raw: { Type: 'Binary', Value: 'AP8=' } },
    });
    expect(message['Timestamp']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  contract(
    'delivers the bare text where raw delivery is set',
    { evidence: 'documented', source: guide('sns-large-payload-raw-message-delivery'), read: '2026-11' },
    async () => {
      const { topic } = await newTarget({ RawMessageDelivery: 'true' });
      const text = `raw ${randomUUID()}`;
      await sns.send(new PublishCommand({ TopicArn: topic, Message: text }));
      const { headers } = await webhook.next(({ body }) => body === text);
      expect(headers['x-amz-sns-rawdelivery']).toBe('true');
    },
  );

  contract('sends each protocol its own text', documented('Publish'), async () => {
    const { topic } = await newTarget();
    const Message = JSON.stringify({ default: 'for all', http: 'for webhooks', sqs: 'for queues' });
    await sns.send(new PublishCommand({ TopicArn: topic, Message, MessageStructure: 'json' }));
    expect((await notification(topic, 'for webhooks')).message['MessageId']).toBeTruthy();
  });

  contract(
    'filters by attributes and by the body',
    { evidence: 'documented', source: guide('sns-subscription-filter-policies'), read: '2026-11' },
    async () => {
      const { topic, subscription } = await newTarget({
        FilterPolicy: JSON.stringify({ store: ['example_corp'], price: [{ numeric: ['>', 100] }] }),
      });
      const publish = (Message: string, price: string) =>
        sns.send(
          new PublishCommand({
            TopicArn: topic,
            Message,
            MessageAttributes: {
              store: { DataType: 'String', StringValue: 'example_corp' },
              price: { DataType: 'Number', StringValue: price },
            },
          }),
        );
      await publish('cheap', '99.9');
      await publish('dear', '100.5');
      await notification(topic, 'dear');
      const set = (AttributeName: string, AttributeValue: string) =>
        sns.send(
          new SetSubscriptionAttributesCommand({ SubscriptionArn: subscription, AttributeName, AttributeValue }),
        );
      await set('FilterPolicyScope', 'MessageBody');
      await set('FilterPolicy', JSON.stringify({ state: { name: [{ prefix: 'DONE' }] } }));
      const [done, other] = [{ state: { name: 'DONE_LATE' } }, { state: { name: 'OPEN' } }].map((b) =>
        JSON.stringify(b),
      );
      for (const Message of [other, 'no JSON', done]) await sns.send(new PublishCommand({ TopicArn: topic, Message }));
      await notification(topic, done ?? '');
      const texts = webhook.received.filter(ofType('Notification', topic)).map(({ message }) => message['Message']);
      expect(texts).toEqual(['dear', done]);
    },
  );

  contract('unsubscribes by a plain visit, tells the endpoint, and can be taken back', formats, async () => {
    const { topic, subscription } = await newTarget();
    await sns.send(new PublishCommand({ TopicArn: topic, Message: 'one' }));
    const { message } = await notification(topic, 'one');
    expect((await fetch(message['UnsubscribeURL'] ?? '')).status).toBe(200);
    const { Subscriptions } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topic }));
    expect(Subscriptions).toEqual([]);
    const news = await webhook.next(ofType('UnsubscribeConfirmation', topic));
    expect(news.headers['x-amz-sns-subscription-arn']).toBe(subscription);
    expect(news.message['Message']).toContain(`You have chosen to deactivate subscription ${subscription}.`);
    expect((await fetch(news.message['SubscribeURL'] ?? '')).status).toBe(200);
    await sns.send(new PublishCommand({ TopicArn: topic, Message: 'two' }));
    await notification(topic, 'two');
  });

  contract('wants a signature to unsubscribe where that was asked for', documented('ConfirmSubscription'), async () => {
    const topic = await newTopic();
    const { SubscriptionArn = '' } = await subscribe(topic);
    const { message } = await webhook.next(ofType('SubscriptionConfirmation', topic));
    const confirm = { TopicArn: topic, Token: message['Token'], AuthenticateOnUnsubscribe: 'true' };
    const unsigned = await fetch(`${message['SubscribeURL']}&AuthenticateOnUnsubscribe=true`);
    expect(unsigned.status).toBe(403);
    await sns.send(new ConfirmSubscriptionCommand(confirm));
    const visit = await fetch(`${suite.url}/?Action=Unsubscribe&SubscriptionArn=${SubscriptionArn}`);
    expect(visit.status).toBe(403);
    expect(await visit.text()).toContain('<Code>AuthorizationError</Code>');
    await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
    await webhook.next(ofType('UnsubscribeConfirmation', topic));
  });

  contract(
    'lets nobody call anything else without a signature',
    { evidence: 'ours', source: 'Only the links of messages carry what stands for a signature', read: '2026-11' },
    async () => {
      const topic = await newTopic();
      for (const query of [
        'Action=ListTopics',
        `Action=DeleteTopic&TopicArn=${topic}`,
        `Action=Publish&TopicArn=${topic}&Message=x`,
      ]) {
        expect((await fetch(`${suite.url}/?${query}`)).status, query).toBe(403);
      }
    },
  );

  contract(
    'tries again after a server error and gives up after a client error',
    { evidence: 'documented', source: guide('sns-message-delivery-retries'), read: '2026-11' },
    async () => {
      const retries = { minDelayTarget: 1, maxDelayTarget: 1, numRetries: 3, numNoDelayRetries: 2 };
      const { topic } = await newTarget({ DeliveryPolicy: JSON.stringify({ healthyRetryPolicy: retries }) });
      webhook.answer(500, 429, 503);
      await sns.send(new PublishCommand({ TopicArn: topic, Message: 'again' }));
      const count = () =>
        webhook.received.filter(({ message }) => message['TopicArn'] === topic && message['Message'] === 'again')
          .length;
      await expect.poll(count, { timeout: 8_000 }).toBe(4);
      webhook.answer(404);
      await sns.send(new PublishCommand({ TopicArn: topic, Message: 'not again' }));
      await notification(topic, 'not again');
      await sns.send(new PublishCommand({ TopicArn: topic, Message: 'last' }));
      await notification(topic, 'last');
      const texts = webhook.received.filter(ofType('Notification', topic)).map(({ message }) => message['Message']);
      expect(texts).toEqual(['again', 'again', 'again', 'again', 'not again', 'last']);
    },
  );

  contract(
    'keeps requests apart as the throttle policy says',
    { evidence: 'documented', source: guide('creating-delivery-policy'), read: '2026-11' },
    async () => {
      const throttlePolicy = { maxReceivesPerSecond: 4 };
      const { topic } = await newTarget({ DeliveryPolicy: JSON.stringify({ throttlePolicy }) });
      const began = performance.now();
      const texts = Array.from({ length: 6 }, (_, i) => `slowly ${i}`);
      await Promise.all(texts.map((Message) => sns.send(new PublishCommand({ TopicArn: topic, Message }))));
      await Promise.all(texts.map((text) => notification(topic, text)));
      // The first goes at once, each of the others a quarter of a second after the one before.
      expect(performance.now() - began).toBeGreaterThanOrEqual(1_250);
    },
  );

  contract(
    'lets no slow endpoint hold up another one',
    { evidence: 'ours', source: 'Deliveries of all accounts share the workers', read: '2026-11' },
    async () => {
      const slow = await openWebhook({ delayMs: 1_000 });
      const [crowded, free] = [await newTopic(), await newTarget()];
      await sns.send(new SubscribeCommand({ TopicArn: crowded, Protocol: 'http', Endpoint: slow.url }));
      const { message } = await slow.next(ofType('SubscriptionConfirmation', crowded));
      await sns.send(new ConfirmSubscriptionCommand({ TopicArn: crowded, Token: message['Token'] }));
      const publish = (TopicArn: string) => sns.send(new PublishCommand({ TopicArn, Message: 'x' }));
      await Promise.all(Array.from({ length: 60 }, () => publish(crowded)));
      await publish(free.topic);
      await notification(free.topic, 'x');
      // The slow one takes eight at once, a second each.
      expect(slow.received.filter(ofType('Notification', crowded)).length).toBeLessThan(60);
      slow.close();
    },
  );

  contract(
    'refuses endpoints inside the own network',
    {
      evidence: 'ours',
      source: 'Whoever may subscribe must not be able to make the suite ask its own network',
      read: '2026-11',
    },
    async () => {
      const topic = await newTopic();
      for (const Endpoint of [
        'http://169.254.169.254/latest/',
        'http://[::1]:1/',
        'http://127.0.0.2:1/',
        'http://10.0.0.1/',
      ]) {
        const call = sns.send(new SubscribeCommand({ TopicArn: topic, Protocol: 'http', Endpoint }));
        await expect(call, Endpoint).rejects.toMatchObject({ name: 'InvalidParameterException' });
      }
    },
  );
});
