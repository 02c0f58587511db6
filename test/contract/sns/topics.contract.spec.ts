import { randomUUID } from 'node:crypto';
import {
  AddPermissionCommand,
  CreateTopicCommand,
  DeleteTopicCommand,
  GetTopicAttributesCommand,
  ListTagsForResourceCommand,
  ListTopicsCommand,
  paginateListTopics,
  PublishCommand,
  RemovePermissionCommand,
  SetTopicAttributesCommand,
  SNSClient,
  SubscribeCommand,
  TagResourceCommand,
  UntagResourceCommand,
  type CreateTopicCommandInput,
} from '@aws-sdk/client-sns';
import { contract } from '@lantern/testing';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { startSuite, type Suite } from '../../support/suite.js';

const documented = (operation: string) =>
  ({
    evidence: 'documented',
    source: `https://docs.aws.amazon.com/sns/latest/api/API_${operation}.html`,
    read: '2026-11',
  }) as const;
const ours = (source: string) => ({ evidence: 'ours', source, read: '2026-11' }) as const;
const invalid = (message: string | RegExp) => ({
  name: 'InvalidParameterException',
  message: expect.stringMatching(message) as string,
  $metadata: { httpStatusCode: 400 },
});

describe('SNS topics', () => {
  let suite: Suite;
  let sns: SNSClient;
  beforeAll(async () => {
    suite = await startSuite('sns-topics');
    sns = new SNSClient(suite.client());
  });
  afterAll(() => suite.close());

  const create = async (input: Partial<CreateTopicCommandInput> = {}): Promise<string> =>
    (await sns.send(new CreateTopicCommand({ Name: `topic-${randomUUID()}`, ...input }))).TopicArn ?? '';
  const attributesOf = async (TopicArn: string) =>
    (await sns.send(new GetTopicAttributesCommand({ TopicArn }))).Attributes ?? {};
  const set = (TopicArn: string, AttributeName: string, AttributeValue: string) =>
    sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName, AttributeValue }));

  contract('are made once, however often they are asked for', documented('CreateTopic'), async () => {
    const Name = `again-${randomUUID()}`;
    const Attributes = { DisplayName: 'News' };
    const Tags = [{ Key: 'team', Value: 'a' }];
    const first = await create({ Name, Attributes, Tags });
    expect(first).toBe(`arn:aws:sns:us-east-1:${suite.credentials.account}:${Name}`);
    expect(await create({ Name })).toBe(first);
    expect(await create({ Name, Attributes, Tags })).toBe(first);
    await expect(create({ Name, Attributes: { DisplayName: 'Other' } })).rejects.toMatchObject(
      invalid('Invalid parameter: Attributes Reason: Topic already exists with different attributes'),
    );
    await expect(create({ Name, Tags: [{ Key: 'team', Value: 'b' }] })).rejects.toMatchObject(
      invalid('Invalid parameter: Tags Reason: Topic already exists with different tags'),
    );
  });

  contract('have names of letters, digits, hyphens and underscores', documented('CreateTopic'), async () => {
    for (const Name of ['a b', 'a.b', '', 'x'.repeat(257), 'ü', '.fifo', 'a.fifo']) {
      await expect(create({ Name }), Name).rejects.toMatchObject(invalid('Invalid parameter: Topic Name'));
    }
    const standard = create({ Name: 'standard', Attributes: { FifoTopic: 'true' } });
    await expect(standard).rejects.toMatchObject(invalid('Topic Name Reason: Fifo Topic names must end with .fifo'));
    expect(await create({ Name: 'x'.repeat(256) })).toMatch(/x{256}$/);
  });

  contract(
    'tell their attributes, those that were set and those that hold',
    documented('GetTopicAttributes'),
    async () => {
      const arn = await create({ Attributes: { DisplayName: 'News' } });
      const { account } = suite.credentials;
      const attributes = await attributesOf(arn);
      expect(attributes).toMatchObject({
        TopicArn: arn,
        Owner: account,
        DisplayName: 'News',
        SubscriptionsConfirmed: '0',
        SubscriptionsPending: '0',
        SubscriptionsDeleted: '0',
      });
      expect(JSON.parse(attributes['EffectiveDeliveryPolicy'] ?? '')).toEqual({
        http: {
          defaultHealthyRetryPolicy: {
            minDelayTarget: 20,
            maxDelayTarget: 20,
            numRetries: 3,
            numMaxDelayRetries: 0,
            numNoDelayRetries: 0,
            numMinDelayRetries: 0,
            backoffFunction: 'linear',
          },
          disableSubscriptionOverrides: false,
          defaultRequestPolicy: { headerContentType: 'text/plain; charset=UTF-8' },
        },
      });
      expect(JSON.parse(attributes['Policy'] ?? '')).toMatchObject({
        Statement: [{ Resource: arn, Condition: { StringEquals: { 'AWS:SourceOwner': account } } }],
      });
    },
  );

  contract('count their subscriptions', documented('GetTopicAttributes'), async () => {
    const arn = await create();
    const { account } = suite.credentials;
    for (const name of ['a', 'b']) {
      const Endpoint = `arn:aws:sqs:us-east-1:${account}:${name}`;
      await sns.send(new SubscribeCommand({ TopicArn: arn, Protocol: 'sqs', Endpoint }));
    }
    expect(await attributesOf(arn)).toMatchObject({ SubscriptionsConfirmed: '2', SubscriptionsPending: '0' });
  });

  contract('take and reset attributes, and refuse wrong ones', documented('SetTopicAttributes'), async () => {
    const arn = await create();
    const retries = { minDelayTarget: 1, maxDelayTarget: 5, numRetries: 5 };
    await set(arn, 'DeliveryPolicy', JSON.stringify({ http: { defaultHealthyRetryPolicy: retries } }));
    await set(arn, 'SignatureVersion', '2');
    const { EffectiveDeliveryPolicy = '', SignatureVersion } = await attributesOf(arn);
    expect(SignatureVersion).toBe('2');
    expect(JSON.parse(EffectiveDeliveryPolicy)).toMatchObject({ http: { defaultHealthyRetryPolicy: retries } });
    await set(arn, 'DeliveryPolicy', '');
    expect((await attributesOf(arn))['DeliveryPolicy']).toBeUndefined();
    const wrong: readonly (readonly [name: string, value: string])[] = [
      ['Unknown', 'x'],
      ['TopicArn', 'x'],
      ['FifoTopic', 'true'],
      ['constructor', 'x'],
      ['DisplayName', 'x'.repeat(101)],
      ['SignatureVersion', '3'],
      ['Policy', 'no JSON'],
      ['Policy', '[]'],
      ['DeliveryPolicy', '{"http":{"defaultHealthyRetryPolicy":{"numRetries":101}}}'],
      ['DeliveryPolicy', '{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":30}}}'],
      [
        'DeliveryPolicy',
        '{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":60,"maxDelayTarget":60,"numRetries":61}}}',
      ],
      ['DeliveryPolicy', '{"http":{"other":{}}}'],
      ['ContentBasedDeduplication', 'true'],
    ];
    for (const [name, value] of wrong) {
      await expect(set(arn, name, value), `${name}=${value}`).rejects.toMatchObject(invalid('^Invalid parameter: '));
    }
  });

  contract('refuse what nothing here could honour', ours('No attribute is taken and then ignored'), async () => {
    const arn = await create();
    for (const [name, value] of [
      ['KmsMasterKeyId', 'alias/aws/sns'],
      ['HTTPSuccessFeedbackRoleArn', 'arn:aws:iam::123456789012:role/x'],
      ['TracingConfig', 'Active'],
    ] as const) {
      await expect(set(arn, name, value), name).rejects.toMatchObject({ name: 'NotImplemented' });
    }
  });

  contract('are listed a hundred at a time', documented('ListTopics'), async () => {
    const names = Array.from({ length: 102 }, (_, i) => `page-${String(i).padStart(3, '0')}`);
    for (const Name of names) await create({ Name });
    const pages: string[][] = [];
    for await (const { Topics = [] } of paginateListTopics({ client: sns }, {})) {
      pages.push(Topics.map(({ TopicArn = '' }) => TopicArn));
    }
    expect(pages[0]).toHaveLength(100);
    const all = pages.flat();
    expect(new Set(all).size).toBe(all.length);
    expect(names.filter((name) => !all.some((arn) => arn.endsWith(`:${name}`)))).toEqual([]);
    const wrong = sns.send(new ListTopicsCommand({ NextToken: 'AAAA' }));
    await expect(wrong).rejects.toMatchObject(invalid('Invalid parameter: NextToken'));
  });

  contract('are removed once, however often that is asked for', documented('DeleteTopic'), async () => {
    const arn = await create();
    for (let i = 0; i < 2; i++) await sns.send(new DeleteTopicCommand({ TopicArn: arn }));
    const missing = { name: 'NotFoundException', message: 'Topic does not exist', $metadata: { httpStatusCode: 404 } };
    await expect(attributesOf(arn)).rejects.toMatchObject(missing);
    await expect(sns.send(new PublishCommand({ TopicArn: arn, Message: 'x' }))).rejects.toMatchObject(missing);
  });

  contract('have tags', documented('TagResource'), async () => {
    const arn = await create({ Tags: [{ Key: 'a', Value: '1' }] });
    const tagsOf = async () => (await sns.send(new ListTagsForResourceCommand({ ResourceArn: arn }))).Tags;
    await sns.send(
      new TagResourceCommand({
        ResourceArn: arn,
        Tags: [
          { Key: 'a', Value: '2' },
          { Key: 'b', Value: '' },
        ],
      }),
    );
    expect(await tagsOf()).toEqual([
      { Key: 'a', Value: '2' },
      { Key: 'b', Value: '' },
    ]);
    await sns.send(new UntagResourceCommand({ ResourceArn: arn, TagKeys: ['a', 'none'] }));
    expect(await tagsOf()).toEqual([{ Key: 'b', Value: '' }]);
    const many = Array.from({ length: 50 }, (_, i) => ({ Key: `k${i}`, Value: 'v' }));
    const tooMany = sns.send(new TagResourceCommand({ ResourceArn: arn, Tags: many }));
    await expect(tooMany).rejects.toMatchObject({ name: 'TagLimitExceededException' });
    const missing = sns.send(new ListTagsForResourceCommand({ ResourceArn: `${arn}x` }));
    await expect(missing).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Resource does not exist',
    });
  });

  contract('keep statements of their policy by label', documented('AddPermission'), async () => {
    const arn = await create();
    const add = (Label: string, ActionName: string[], AWSAccountId = ['111122223333']) =>
      sns.send(new AddPermissionCommand({ TopicArn: arn, Label, AWSAccountId, ActionName }));
    await add('friends', ['Publish']);
    await expect(add('friends', ['Publish'])).rejects.toMatchObject(invalid('Statement already exists'));
    await expect(add('x', ['Fly'])).rejects.toMatchObject(invalid('out of service scope'));
    await expect(add('x', ['Publish'], ['ann'])).rejects.toMatchObject(invalid('PrincipalNotFound'));
    const policy = JSON.parse((await attributesOf(arn))['Policy'] ?? '') as { Statement: object[] };
    expect(policy.Statement[1]).toEqual({
      Sid: 'friends',
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::111122223333:root' },
      Action: 'SNS:Publish',
      Resource: arn,
    });
    await sns.send(new RemovePermissionCommand({ TopicArn: arn, Label: 'friends' }));
    expect((await attributesOf(arn))['Policy']).not.toContain('friends');
  });

  contract(
    'are named by ARNs of SNS',
    ours("AWS's sentence for what is no ARN, seen in its clients' issues"),
    async () => {
      await expect(attributesOf('news')).rejects.toMatchObject(
        invalid('Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1'),
      );
      const { account } = suite.credentials;
      for (const arn of [
        `arn:aws:sqs:us-east-1:${account}:a`,
        `arn:aws:sns:eu-west-1:${account}:a`,
        `arn:aws:sns:us-east-1:${account}:a:b`,
      ]) {
        await expect(attributesOf(arn), arn).rejects.toMatchObject(invalid('Invalid parameter: TopicArn'));
      }
    },
  );

  contract(
    'of another account are out of reach, whether they exist or not',
    ours('One account never sees another'),
    async () => {
      const arn = await create();
      const stranger = new SNSClient(suite.client(await suite.strangersKey()));
      for (const TopicArn of [arn, `${arn}-missing`]) {
        const call = stranger.send(new PublishCommand({ TopicArn, Message: 'x' }));
        await expect(call).rejects.toMatchObject({
          name: 'AuthorizationErrorException',
          message: expect.stringMatching(/is not authorized to perform: SNS:Publish on resource: arn:/) as string,
        });
      }
      expect((await stranger.send(new ListTopicsCommand({}))).Topics).toEqual([]);
    },
  );
});
