import { EventBus } from '@lantern/events';
import {
  ObjectStore,
  type BucketChange,
  type NotificationTarget,
  type ObjectChange,
  type ObjectChangeListener,
} from '@lantern/store';
import type { Tables } from '@lantern/store';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { sql, type Transaction } from 'kysely';
import { covers, eventNames } from './event-names.js';
import { arnOf, SUBJECT, toEventBridge, toRecord } from './event-messages.js';

/** Hex digits of a sequencer, so that texts compare as numbers. */
const SEQUENCER_DIGITS = 18;

/**
 * Tells topics, queues and rules of changes in buckets that have notifications. What it tells is written in the
 * transaction of the change, so that an answered change is never forgotten. Changes of one key are told in their order.
 */
@Injectable()
export class ChangeTeller implements ObjectChangeListener, OnModuleInit {
  constructor(
    private readonly objects: ObjectStore,
    private readonly events: EventBus,
  ) {}

  onModuleInit(): void {
    this.objects.tellBy(this);
  }

  async changed(transaction: Transaction<Tables>, told: BucketChange): Promise<void> {
    const sequencers = await nextSequencers(transaction, told.changes.length);
    for (const [i, change] of told.changes.entries()) await this.tell(transaction, told, change, sequencers[i] ?? '');
  }

  private async tell(
    transaction: Transaction<Tables>,
    told: BucketChange,
    change: ObjectChange,
    sequencer: string,
  ): Promise<void> {
    const { bucket, notifications } = told;
    const { account, region } = bucket;
    const groupId = `s3 ${bucket.bucket} ${change.key}`;
    for (const target of notifications.targets.filter((one) => concerns(one, change))) {
      const body = JSON.stringify({ Records: [toRecord(told, change, target, sequencer)] });
      await this.events.send(transaction, { account, target: target.arn, groupId, body, subject: SUBJECT });
    }
    if (notifications.isOnEventBridge)
      await this.events.publish(transaction, {
        account,
        region,
        source: 'aws.s3',
        resources: [arnOf(bucket.bucket)],
        groupId,
        at: change.at,
        ...toEventBridge(told, change, sequencer),
      });
  }
}

/** Whether a target wants to hear of a change. */
const concerns = ({ events, prefix = '', suffix = '' }: NotificationTarget, { kind, key }: ObjectChange): boolean =>
  events.some((configured) => covers(configured, eventNames[kind])) && key.startsWith(prefix) && key.endsWith(suffix);

/** Drawn while the changed rows are locked, so that those of one key grow with its changes. */
async function nextSequencers(transaction: Transaction<Tables>, count: number): Promise<string[]> {
  // Raw SQL does not take the schema from Kysely.
  const { rows } = await sql<{ n: number }>`
    select nextval('lantern.s3_event_sequence') as n from generate_series(1, ${count})`.execute(transaction);
  return rows
    .map(({ n }) => n)
    .sort((a, b) => a - b)
    .map((n) => n.toString(16).toUpperCase().padStart(SEQUENCER_DIGITS, '0'));
}
