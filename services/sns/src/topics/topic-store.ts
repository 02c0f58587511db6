import { Injectable } from '@nestjs/common';
import { Database } from '@lantern/store';
import type { Selectable } from 'kysely';
import { NotFoundException } from '../api/index.js';
import {
  snsDatabase,
  type Attributes,
  type SnsDatabase,
  type SnsTables,
  type SnsTransaction,
} from '../records/sns-tables.js';
import type { Tags } from './tags.js';
import type { TopicRef } from './topic-arn.js';

export interface Topic extends TopicRef {
  /** What was set. */
  readonly attributes: Attributes;
  readonly tags: Tags;
  readonly subscriptionsDeleted: number;
}

export interface TopicCounts {
  readonly confirmed: number;
  readonly pending: number;
}

/** The topics of all accounts. */
@Injectable()
export class TopicStore {
  private readonly kysely: SnsDatabase;

  constructor(database: Database) {
    this.kysely = snsDatabase(database);
  }

  /** @returns the topic, and whether it was there before */
  async create(ref: TopicRef, attributes: Attributes, tags: Tags): Promise<{ topic: Topic; isNew: boolean }> {
    const row = await this.kysely
      .insertInto('sns_topics')
      .values({ ...keyOf(ref), attributes: JSON.stringify(attributes), tags: JSON.stringify(tags) })
      .onConflict((conflict) => conflict.doNothing())
      .returningAll()
      .executeTakeFirst();
    return row ? { topic: toTopic(row), isNew: true } : { topic: await this.require(ref), isNew: false };
  }

  async find(ref: TopicRef): Promise<Topic | undefined> {
    const row = await rowsOf(this.kysely, ref).executeTakeFirst();
    return row && toTopic(row);
  }

  /** @throws NotFoundException */
  async require(ref: TopicRef): Promise<Topic> {
    return found(await this.find(ref));
  }

  /** Topics in the order of their names, from behind `after`. */
  async list(scope: Omit<TopicRef, 'name'>, after: string, size: number): Promise<Topic[]> {
    const { account, region } = scope;
    const rows = await this.kysely
      .selectFrom('sns_topics')
      .selectAll()
      .where((is) => is.and({ account, region }))
      .where('name', '>', after)
      .orderBy('name')
      .limit(size)
      .execute();
    return rows.map(toTopic);
  }

  /**
   * Changes attributes and tags; others who change the same topic wait.
   * @throws NotFoundException
   */
  async change(ref: TopicRef, change: (topic: Topic) => Partial<Pick<Topic, 'attributes' | 'tags'>>): Promise<void> {
    await this.kysely.transaction().execute(async (transaction) => {
      const topic = await this.lock(transaction, ref);
      const { attributes, tags } = { ...topic, ...change(topic) };
      await transaction
        .updateTable('sns_topics')
        .set({ attributes: JSON.stringify(attributes), tags: JSON.stringify(tags) })
        .where((is) => is.and(keyOf(ref)))
        .execute();
    });
  }

  /**
   * Reads a topic that nobody else may change until the transaction ends.
   * @throws NotFoundException
   */
  async lock(transaction: SnsTransaction, ref: TopicRef): Promise<Topic> {
    const row = await rowsOf(transaction, ref).forUpdate().executeTakeFirst();
    return found(row && toTopic(row));
  }

  /** Takes the next sequence number of a FIFO topic; the order of numbers is that of the transactions' ends. */
  async nextSequence(transaction: SnsTransaction, ref: TopicRef): Promise<number> {
    const row = await transaction
      .updateTable('sns_topics')
      .set((column) => ({ last_sequence: column('last_sequence', '+', 1) }))
      .where((is) => is.and(keyOf(ref)))
      .returning('last_sequence')
      .executeTakeFirst();
    if (!row) throw new NotFoundException('Topic does not exist');
    return row.last_sequence;
  }

  /** Removes a topic with its subscriptions; there need not be one. */
  async delete(ref: TopicRef): Promise<void> {
    const { name, ...scope } = keyOf(ref);
    await this.kysely
      .deleteFrom('sns_topics')
      .where((is) => is.and(keyOf(ref)))
      .execute();
    for (const table of ['sns_tokens', 'sns_deduplications'] as const) {
      await this.kysely
        .deleteFrom(table)
        .where((is) => is.and({ ...scope, topic: name }))
        .execute();
    }
  }

  async counts({ account, region, name }: TopicRef): Promise<TopicCounts> {
    const row = await this.kysely
      .selectFrom('sns_subscriptions')
      .select(({ fn }) => [fn.countAll<number>().as('all'), fn.count<number>('confirmed_at').as('confirmed')])
      .where((is) => is.and({ account, region, topic: name }))
      .executeTakeFirstOrThrow();
    return { confirmed: row.confirmed, pending: row.all - row.confirmed };
  }
}

function rowsOf(kysely: SnsDatabase, ref: TopicRef) {
  return kysely
    .selectFrom('sns_topics')
    .selectAll()
    .where((is) => is.and(keyOf(ref)));
}

/** The key alone: what is passed may be a whole topic. */
const keyOf = ({ account, region, name }: TopicRef): TopicRef => ({ account, region, name });

function found(topic: Topic | undefined): Topic {
  if (!topic) throw new NotFoundException('Topic does not exist');
  return topic;
}

function toTopic(row: Selectable<SnsTables['sns_topics']>): Topic {
  const { account, region, name, attributes, tags, subscriptions_deleted } = row;
  return { account, region, name, attributes, tags, subscriptionsDeleted: subscriptions_deleted };
}
