import { cutPage, readPageToken, type Call, type Page } from '@lantern/aws-protocol';
import { Database } from '@lantern/store';
import { Injectable } from '@nestjs/common';
import { sql, type Kysely, type Selectable } from 'kysely';
import { QueueNameExists } from '../api/index.js';
import { invalidAttribute, invalidParameter, noSuchQueue } from '../refusals.js';
import { effective, merged, readQueueAttributes, type StoredQueueAttributes } from './queue-attributes.js';
import { isFifoName, parseQueueUrl, queueArn, requireQueueName, type QueueAddress } from './queue-names.js';
import { allows } from './queue-policy.js';
import { checkRedrive } from './redrive-targets.js';
import type { QueueTable, SqsTables } from './sqs-tables.js';

export interface Queue extends QueueAddress {
  readonly id: number;
  readonly arn: string;
  readonly isFifo: boolean;
  readonly attributes: StoredQueueAttributes;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt: Date;
  readonly modifiedAt: Date;
}

export interface NewQueue extends QueueAddress {
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

/** Whose call it is. */
type Caller = Pick<Call, 'account' | 'region' | 'operation'>;

/** Queues of accounts and regions. */
@Injectable()
export class QueueStore {
  readonly kysely: Kysely<SqsTables>;

  constructor(database: Database) {
    this.kysely = database.kysely.withTables<SqsTables>();
  }

  /**
   * Makes a queue, or finds that it is there with these attributes.
   * @throws QueueNameExists where another value is asked for than the queue has
   */
  async create({ account, region, name, attributes: given, tags }: NewQueue): Promise<Queue> {
    const isFifo = given.FifoQueue?.toLowerCase() === 'true';
    // A standard queue has no such attribute, not even as `false`, which readQueueAttributes says.
    if (isFifo || given.FifoQueue === undefined) requireQueueName(name, isFifo);
    const attributes = readQueueAttributes(given, isFifo);
    await checkRedrive(this, { account, region, name }, attributes.RedrivePolicy);
    const kept = merged({}, attributes);
    await this.kysely
      .insertInto('sqs_queues')
      .values({ account, region, name, attributes: JSON.stringify(kept), tags: JSON.stringify(tags) })
      .onConflict((conflict) => conflict.columns(['account', 'region', 'name']).doNothing())
      .execute();
    const queue = await this.find({ account, region, name });
    if (!queue) throw noSuchQueue(); // Deleted this very moment.
    const other = Object.entries(attributes).find(([key, value]) => !isSame(effective(queue.attributes, key), value));
    if (other)
      throw new QueueNameExists(
        `A queue already exists with the same name and a different value for attribute ${other[0]}`,
      );
    return queue;
  }

  async find({ account, region, name }: QueueAddress): Promise<Queue | undefined> {
    const row = await this.kysely
      .selectFrom('sqs_queues')
      .selectAll()
      .where((is) => is.and({ account, region, name }))
      .executeTakeFirst();
    return row && toQueue(row);
  }

  async findById(id: number): Promise<Queue | undefined> {
    const row = await this.kysely.selectFrom('sqs_queues').selectAll().where('id', '=', id).executeTakeFirst();
    return row && toQueue(row);
  }

  /**
   * The queue behind a URL, if the caller owns it or its policy lets the caller in.
   * @throws QueueDoesNotExist, InvalidAddress
   */
  async open(url: string, caller: Caller): Promise<Queue> {
    const place = parseQueueUrl(url, caller.account);
    if (!place) throw noSuchQueue();
    return this.admit({ ...place, region: caller.region }, caller);
  }

  /** As `open`, by the queue's place. */
  async admit(address: QueueAddress, caller: Caller): Promise<Queue> {
    const queue = await this.find(address);
    if (!queue) throw noSuchQueue();
    const isOwner = queue.account === caller.account;
    if (!isOwner && !allows(queue.attributes.Policy, caller.account, caller.operation, queue.arn)) throw noSuchQueue();
    return queue;
  }

  /** As `open`, for what only the owner may do. */
  async openOwn(url: string, caller: Caller): Promise<Queue> {
    const queue = await this.open(url, caller);
    if (queue.account !== caller.account) throw noSuchQueue();
    return queue;
  }

  /**
   * A page of the names, in byte order.
   * @throws InvalidParameterValue for a token of another list
   */
  async list(
    { account, region }: Pick<QueueAddress, 'account' | 'region'>,
    { prefix = '', size, token }: { prefix?: string | undefined; size: number; token?: string | undefined },
  ): Promise<Page<QueueAddress>> {
    const list = ['queues', account, region, prefix].join('\n');
    const after = readToken(list, token);
    let query = this.kysely
      .selectFrom('sqs_queues')
      .select(['account', 'region', 'name'])
      .where((is) => is.and({ account, region }))
      .where((is) => is.fn('starts_with', ['name', is.val(prefix)]));
    if (after !== undefined) query = query.where('name', '>', after);
    const rows = await query
      .orderBy('name')
      .limit(size + 1)
      .execute();
    return cutPage(list, rows, size, ({ name }) => name);
  }

  /**
   * Queues whose dead-letter queue is `target`, in byte order of their names.
   * @throws InvalidParameterValue for a token of another list
   */
  async sourcesOf(target: Queue, size: number, token?: string): Promise<Page<QueueAddress>> {
    const { account, region, arn } = target;
    const list = ['sources', arn].join('\n');
    const after = readToken(list, token);
    let query = this.kysely
      .selectFrom('sqs_queues')
      .select(['account', 'region', 'name'])
      .where((is) => is.and({ account, region }))
      // The policy is JSON within JSON.
      .where(sql<boolean>`(attributes ->> 'RedrivePolicy')::json ->> 'deadLetterTargetArn' = ${arn}`);
    if (after !== undefined) query = query.where('name', '>', after);
    const rows = await query
      .orderBy('name')
      .limit(size + 1)
      .execute();
    return cutPage(list, rows, size, ({ name }) => name);
  }

  /**
   * Changes attributes; an empty value takes one away.
   * @throws InvalidAttributeName, InvalidAttributeValue, InvalidParameterValue
   */
  async setAttributes(queue: Queue, given: Readonly<Record<string, string>>): Promise<void> {
    const changed = readQueueAttributes(given, queue.isFifo);
    if (changed.FifoQueue === 'false') throw invalidAttribute('FifoQueue', 'Modifying queue type is not supported.');
    await checkRedrive(this, queue, changed.RedrivePolicy);
    await this.change(queue, (attributes) => merged(attributes, changed));
  }

  /** Changes attributes by a function of what they are; nobody else changes them meanwhile. */
  async change(queue: Queue, change: (attributes: StoredQueueAttributes) => StoredQueueAttributes): Promise<void> {
    await this.kysely.transaction().execute(async (transaction) => {
      const row = await transaction
        .selectFrom('sqs_queues')
        .select('attributes')
        .where('id', '=', queue.id)
        .forUpdate()
        .executeTakeFirst();
      if (!row) throw noSuchQueue();
      await transaction
        .updateTable('sqs_queues')
        .set({ attributes: JSON.stringify(change(row.attributes)), modified_at: new Date() })
        .where('id', '=', queue.id)
        .execute();
    });
  }

  /** Changes tags by a function of what they are. */
  async changeTags(
    queue: Queue,
    change: (tags: Readonly<Record<string, string>>) => Readonly<Record<string, string>>,
  ): Promise<void> {
    await this.kysely.transaction().execute(async (transaction) => {
      const row = await transaction
        .selectFrom('sqs_queues')
        .select('tags')
        .where('id', '=', queue.id)
        .forUpdate()
        .executeTakeFirst();
      if (!row) throw noSuchQueue();
      await transaction
        .updateTable('sqs_queues')
        .set({ tags: JSON.stringify(change(row.tags)) })
        .where('id', '=', queue.id)
        .execute();
    });
  }

  /** Removes the queue with its messages. */
  async delete(queue: Queue): Promise<void> {
    await this.kysely.deleteFrom('sqs_queues').where('id', '=', queue.id).execute();
  }
}

function toQueue(row: Selectable<QueueTable>): Queue {
  const { id, account, region, name, attributes, tags, created_at: createdAt, modified_at: modifiedAt } = row;
  const address = { account, region, name };
  return { ...address, id, arn: queueArn(address), isFifo: isFifoName(name), attributes, tags, createdAt, modifiedAt };
}

function readToken(list: string, token: string | undefined): string | undefined {
  if (token === undefined) return undefined;
  const after = readPageToken(list, token);
  if (after === undefined) throw invalidParameter('Invalid or expired next token.');
  return after;
}

/** Whether a stored attribute is what is asked for; policies are compared as JSON. */
function isSame(stored: string | undefined, asked: string): boolean {
  if ((stored ?? '') === asked) return true;
  try {
    return stored !== undefined && canonical(JSON.parse(stored)) === canonical(JSON.parse(asked));
  } catch {
    return false;
  }
}

/** JSON with its names in order. */
function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner)}`).join()}}`;
}
