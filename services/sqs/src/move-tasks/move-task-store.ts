import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { sql, type Kysely, type Selectable } from 'kysely';
import { ResourceNotFoundException, UnsupportedOperation } from '../api/index.js';
import { QueueStore, type Queue } from '../queues/queue-store.js';
import type { MoveTaskTable, SqsTables } from '../queues/sqs-tables.js';
import { invalidParameter } from '../refusals.js';

export type MoveTask = Selectable<MoveTaskTable>;

export interface NewMoveTask {
  readonly destinationArn?: string | undefined;
  readonly messagesPerSecond?: number | undefined;
}

const UNIQUE_VIOLATION = '23505';
/** While it lies in the future, some process is moving; the others leave the task alone. */
const CLAIM_S = 15;

/** The records of tasks that move messages out of dead-letter queues. */
@Injectable()
export class MoveTaskStore {
  private readonly kysely: Kysely<SqsTables>;

  constructor(queues: QueueStore) {
    this.kysely = queues.kysely;
  }

  /**
   * Begins a task that moves what is in the queue now.
   * @throws UnsupportedOperation where one is running
   */
  async start(queue: Queue, { destinationArn = null, messagesPerSecond = null }: NullableTask): Promise<MoveTask> {
    try {
      return await this.kysely.transaction().execute(async (transaction) => {
        const { n, last } = await transaction
          .selectFrom('sqs_messages')
          .select((is) => [is.fn.countAll<number>().as('n'), is.fn.max('id').as('last')])
          .where('queue_id', '=', queue.id)
          .where('visible_at', '<=', sql<Date>`now()`)
          .executeTakeFirstOrThrow();
        return transaction
          .insertInto('sqs_move_tasks')
          .values({
            id: randomUUID(),
            queue_id: queue.id,
            destination_arn: destinationArn,
            messages_per_second: messagesPerSecond,
            status: 'RUNNING',
            n_to_move: n,
            failure: null,
            last_message_id: last ?? 0,
          })
          .returningAll()
          .executeTakeFirstOrThrow();
      });
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION)
        throw new UnsupportedOperation(
          'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
        );
      throw error;
    }
  }

  /** The latest tasks of a queue, newest first. */
  async list(queue: Queue, size: number): Promise<MoveTask[]> {
    return this.kysely
      .selectFrom('sqs_move_tasks')
      .selectAll()
      .where('queue_id', '=', queue.id)
      .orderBy('sequence', 'desc')
      .limit(size)
      .execute();
  }

  /**
   * Asks a running task to stop.
   * @returns the messages moved so far
   * @throws ResourceNotFoundException, UnsupportedOperation where it is not running
   */
  async cancel(queue: Queue, id: string): Promise<number> {
    const row = await this.kysely
      .updateTable('sqs_move_tasks')
      .set({ status: 'CANCELLING' })
      .where('id', '=', id)
      .where('queue_id', '=', queue.id)
      .where('status', '=', 'RUNNING')
      .returning('n_moved')
      .executeTakeFirst();
    if (row) return row.n_moved;
    const found = await this.kysely
      .selectFrom('sqs_move_tasks')
      .select('status')
      .where('id', '=', id)
      .where('queue_id', '=', queue.id)
      .executeTakeFirst();
    if (!found) throw new ResourceNotFoundException('Task does not exist.');
    throw invalidParameter(`Only active tasks can be cancelled. The task is ${found.status}.`);
  }

  /** Claims a task that is under way and that nobody works on, the one that waits longest. */
  async claim(): Promise<MoveTask | undefined> {
    return this.kysely
      .updateTable('sqs_move_tasks')
      .set({ claimed_until: sql<Date>`now() + ${CLAIM_S} * interval '1 second'` })
      .where('id', '=', (is) =>
        is
          .selectFrom('sqs_move_tasks')
          .select('id')
          .where('status', 'in', ['RUNNING', 'CANCELLING'])
          .where(sql<boolean>`claimed_until is null or claimed_until < now()`)
          .orderBy('sequence')
          .limit(1)
          .forUpdate()
          .skipLocked(),
      )
      .returningAll()
      .executeTakeFirst();
  }
}

type NullableTask = {
  readonly destinationArn?: string | null | undefined;
  readonly messagesPerSecond?: number | null | undefined;
};
