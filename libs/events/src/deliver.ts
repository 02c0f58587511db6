import type { OperationCaller } from '@lantern/aws-protocol';
import type { EventDeliveryTable } from './event-tables.js';
import type { Selectable } from 'kysely';
import { parseTarget } from './targets.js';

/** A claimed row. */
export type Delivery = Selectable<EventDeliveryTable>;

/** The target is none that anything can be delivered to. */
export class UnknownTargetError extends Error {}

/**
 * Hands a message to its topic or queue, through the operation table as a request would.
 * @throws what the operation throws
 */
export async function deliver(caller: OperationCaller, delivery: Delivery, signal: AbortSignal): Promise<void> {
  const { account, target, group_id: groupId, event_id: eventId, body, subject } = delivery;
  const arn = parseTarget(target, account);
  if (!arn) throw new UnknownTargetError(`Neither a topic nor a queue of this account: ${target}`);
  const context = { account, region: arn.region, groupId, signal };
  const ordered = arn.resource.endsWith('.fifo')
    ? { MessageGroupId: groupId, MessageDeduplicationId: `${eventId}-${delivery.id}` }
    : {};
  if (arn.service === 'sns') {
    const message = { TopicArn: target, Message: body, ...(subject !== null && { Subject: subject }) };
    await caller.call('sns', 'Publish', { ...message, ...ordered }, context);
  } else {
    const url = `http://localhost/${account}/${arn.resource}`;
    await caller.call('sqs', 'SendMessage', { QueueUrl: url, MessageBody: body, ...ordered }, context);
  }
}
