import { OperationCaller, parseArn, ServiceError, type Call, type Handler } from '@lantern/aws-protocol';
import { EventBus } from '@lantern/events';
import { ObjectStore, type NotificationTarget } from '@lantern/store';
import { Injectable } from '@nestjs/common';
import type {
  GetBucketNotificationConfigurationRequest,
  NotificationConfiguration,
  PutBucketNotificationConfigurationRequest,
  S3Api,
} from '../api/index.js';
import { SUBJECT, testMessage } from '../notifications/event-messages.js';
import { readConfiguration, writeConfiguration } from '../notifications/notification-configuration.js';
import { refuseUnsupported } from '../wire/refusals.js';

type Operations = typeof S3Api.operations;

@Injectable()
export class GetBucketNotificationConfigurationHandler implements Handler<
  Operations['GetBucketNotificationConfiguration']
> {
  constructor(private readonly objects: ObjectStore) {}

  async handle(
    input: GetBucketNotificationConfigurationRequest,
    { account }: Call,
  ): Promise<NotificationConfiguration> {
    refuseUnsupported(input, account);
    return writeConfiguration(await this.objects.notifications({ account, bucket: input.Bucket }));
  }
}

/** Keeps a configuration, and sends each of its targets a test message, as S3 does. */
@Injectable()
export class PutBucketNotificationConfigurationHandler implements Handler<
  Operations['PutBucketNotificationConfiguration']
> {
  constructor(
    private readonly objects: ObjectStore,
    private readonly caller: OperationCaller,
    private readonly events: EventBus,
  ) {}

  async handle(input: PutBucketNotificationConfigurationRequest, call: Call): Promise<Record<string, never>> {
    const { account } = call;
    refuseUnsupported(input, account);
    const bucket = { account, bucket: input.Bucket };
    await this.objects.headBucket(bucket);
    const notifications = readConfiguration(input.NotificationConfiguration);
    const targets = notifications?.targets ?? [];
    if (input.SkipDestinationValidation !== true) {
      await this.requireTargets(targets, call);
      for (const target of new Set(targets.map(({ arn }) => arn))) {
        const body = testMessage(input.Bucket, call.requestId, new Date());
        await this.events.send(undefined, { account, target, groupId: `s3 ${input.Bucket}`, body, subject: SUBJECT });
      }
    }
    await this.objects.setNotifications(bucket, notifications);
    return {};
  }

  /** Refuses targets that do not exist or cannot take messages, all at once. */
  private async requireTargets(targets: readonly NotificationTarget[], call: Call): Promise<void> {
    const problems = await Promise.all(
      targets.map(async (target) => [target.arn, await this.problemOf(target, call)] as const),
    );
    const found = problems.filter(([, problem]) => problem !== undefined);
    if (found.length === 0) return;
    const members = Object.fromEntries(
      found.flatMap(([arn, problem], i) => [
        [`ArgumentName${i + 1}`, arn],
        [`ArgumentValue${i + 1}`, problem],
      ]),
    );
    throw new ServiceError(
      'InvalidArgument',
      'Unable to validate the following destination configurations',
      400,
      members,
    );
  }

  private async problemOf({ kind, arn }: NotificationTarget, { account, signal }: Call): Promise<string | undefined> {
    const { account: owner, region = '', resource: name = '' } = parseArn(arn) ?? {};
    const missing = `The destination ${kind} does not exist`;
    // What belongs to another account is not told from what does not exist.
    if (owner !== account) return missing;
    if (name.endsWith('.fifo')) return `FIFO destinations are not supported`;
    try {
      if (kind === 'topic')
        await this.caller.call('sns', 'GetTopicAttributes', { TopicArn: arn }, { account, region, signal });
      else await this.caller.call('sqs', 'GetQueueUrl', { QueueName: name }, { account, region, signal });
      return undefined;
    } catch (error) {
      if (error instanceof ServiceError && error.fault === 'client') return missing;
      throw error;
    }
  }
}
