import { randomUUID } from 'node:crypto';
import { notImplementedError, ServiceError } from '@lantern/aws-protocol';
import type { BucketNotifications, NotificationTarget } from '@lantern/store';
import type { NotificationConfiguration, NotificationConfigurationFilter } from '../api/index.js';
import { haveCommon } from './event-names.js';

const invalid = (message: string, members: Readonly<Record<string, string>> = {}) =>
  new ServiceError('InvalidArgument', message, 400, members);

/**
 * Reads a configuration; an empty one means that nobody is told.
 * @throws InvalidArgument in S3's words; NotImplemented for functions, which there are none of
 */
export function readConfiguration(configuration: NotificationConfiguration): BucketNotifications | undefined {
  if (configuration.LambdaFunctionConfigurations?.length)
    throw notImplementedError('S3', 'PutBucketNotificationConfiguration', 'there are no Lambda functions to notify');
  const targets = [
    ...(configuration.TopicConfigurations ?? []).map((one) => readTarget('topic', one.TopicArn, one)),
    ...(configuration.QueueConfigurations ?? []).map((one) => readTarget('queue', one.QueueArn, one)),
  ];
  requireDistinct(targets);
  const isOnEventBridge = configuration.EventBridgeConfiguration !== undefined;
  return targets.length > 0 || isOnEventBridge ? { targets, isOnEventBridge } : undefined;
}

/** A configuration as it was put. */
export function writeConfiguration(notifications: BucketNotifications | undefined): NotificationConfiguration {
  const { targets = [], isOnEventBridge = false } = notifications ?? {};
  const ofKind = (kind: NotificationTarget['kind']) => targets.filter((target) => target.kind === kind);
  const topics = ofKind('topic').map((target) => ({ ...writeTarget(target), TopicArn: target.arn }));
  const queues = ofKind('queue').map((target) => ({ ...writeTarget(target), QueueArn: target.arn }));
  return {
    ...(topics.length > 0 && { TopicConfigurations: topics }),
    ...(queues.length > 0 && { QueueConfigurations: queues }),
    ...(isOnEventBridge && { EventBridgeConfiguration: {} }),
  };
}

interface GivenTarget {
  readonly Id?: string | undefined;
  readonly Events: readonly string[];
  readonly Filter?: NotificationConfigurationFilter | undefined;
}

function readTarget(kind: NotificationTarget['kind'], arn: string, given: GivenTarget): NotificationTarget {
  const argument = kind === 'topic' ? 'Topic' : 'Queue';
  const pattern =
    kind === 'topic' ? /^arn:aws[\w-]*:sns:[\w-]+:\d{12}:[\w.-]+$/ : /^arn:aws[\w-]*:sqs:[\w-]+:\d{12}:[\w.-]+$/;
  if (!pattern.test(arn)) throw invalid('The ARN could not be parsed', { ArgumentName: argument, ArgumentValue: arn });
  if (given.Events.length === 0)
    throw new ServiceError(
      'MalformedXML',
      'The XML you provided was not well-formed or did not validate against our published schema',
    );
  return { id: given.Id ?? randomUUID(), kind, arn, events: given.Events, ...readFilter(given.Filter) };
}

function readFilter(
  filter: NotificationConfigurationFilter | undefined,
): Pick<NotificationTarget, 'prefix' | 'suffix'> {
  const found: { prefix?: string; suffix?: string } = {};
  for (const { Name = '', Value = '' } of filter?.Key?.FilterRules ?? []) {
    const name = Name.toLowerCase();
    if (name !== 'prefix' && name !== 'suffix')
      throw invalid('filter rule name must be either prefix or suffix', {
        ArgumentName: 'FilterRule.Name',
        ArgumentValue: Name,
      });
    if (found[name] !== undefined)
      throw invalid(`Cannot specify more than one ${name} rule in a filter.`, {
        ArgumentName: 'FilterRule.Name',
        ArgumentValue: Name,
      });
    if (Value.length > 1024)
      throw invalid('Size of filter rule value cannot exceed 1024 bytes in UTF-8 representation', {
        ArgumentName: 'FilterRule.Value',
        ArgumentValue: Value,
      });
    found[name] = Value;
  }
  return found;
}

const writeTarget = ({ id, events, prefix, suffix }: NotificationTarget) => {
  const rules = [
    ...(prefix === undefined ? [] : [{ Name: 'Prefix', Value: prefix }]),
    ...(suffix === undefined ? [] : [{ Name: 'Suffix', Value: suffix }]),
  ];
  return {
    Id: id,
    // They were checked against the model's list when they were put.
    Events: events as NonNullable<NotificationConfiguration['QueueConfigurations']>[number]['Events'],
    ...(rules.length > 0 && { Filter: { Key: { FilterRules: rules } } }),
  };
};

/** One change must not be told twice by rules that overlap. */
function requireDistinct(targets: readonly NotificationTarget[]): void {
  if (new Set(targets.map(({ id }) => id)).size < targets.length)
    throw invalid('Same ID used for multiple configurations. IDs must be unique within a notification configuration.');
  const overlaps = targets.some((a, i) => targets.slice(i + 1).some((b) => overlap(a, b)));
  if (overlaps)
    throw invalid(
      'Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.',
    );
}

function overlap(a: NotificationTarget, b: NotificationTarget): boolean {
  const [prefixA, prefixB] = [a.prefix ?? '', b.prefix ?? ''];
  const [suffixA, suffixB] = [a.suffix ?? '', b.suffix ?? ''];
  return (
    a.events.some((one) => b.events.some((other) => haveCommon(one, other))) &&
    (prefixA.startsWith(prefixB) || prefixB.startsWith(prefixA)) &&
    (suffixA.endsWith(suffixB) || suffixB.endsWith(suffixA))
  );
}
