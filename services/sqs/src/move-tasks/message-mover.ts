import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { sql, type Kysely, type Transaction } from 'kysely';
import { ARRIVALS_CHANNEL } from '../messages/arrivals.js';
import { parseQueueArn } from '../queues/queue-names.js';
import { QueueStore, type Queue } from '../queues/queue-store.js';
import type { MoveTaskStatus, SqsTables } from '../queues/sqs-tables.js';
import { MoveTaskStore, type MoveTask } from './move-task-store.js';

/** How often a process looks for tasks that another one left. */
const LOOK_MS = 5_000;
/** Messages moved in one transaction where no pace is asked for. */
const AT_ONCE = 200;
const CLAIM_S = 15;

/** What one step of a task did. */
interface Step {
  readonly status: MoveTaskStatus;
  readonly nMoved: number;
}

/**
 * Moves messages as the running tasks say. A step moves messages and counts them in one transaction; a process that dies
 * leaves its task to another one.
 */
@Injectable()
export class MessageMover implements OnModuleInit, OnModuleDestroy {
  private readonly kysely: Kysely<SqsTables>;
  private readonly stop = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private working: Promise<void> | undefined;

  constructor(
    private readonly queues: QueueStore,
    private readonly tasks: MoveTaskStore,
  ) {
    this.kysely = queues.kysely;
  }

  onModuleInit(): void {
    this.timer = setInterval(() => this.look(), LOOK_MS);
    this.timer.unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    this.stop.abort();
    await this.working;
  }

  /** Begins to work on tasks, if this process does not do so already. */
  look(): void {
    // What goes wrong is tried again by the next look; requests tell of a database that is gone.
    this.working ??= this.work()
      .catch(() => undefined)
      .finally(() => (this.working = undefined));
  }

  private async work(): Promise<void> {
    const running = new Set<Promise<void>>();
    for (let task = await this.tasks.claim(); task && !this.stop.signal.aborted; task = await this.tasks.claim()) {
      const moving: Promise<void> = this.move(task).finally(() => running.delete(moving));
      running.add(moving);
    }
    await Promise.all(running);
  }

  private async move(task: MoveTask): Promise<void> {
    const { messages_per_second: pace } = task;
    const size = pace === null ? AT_ONCE : Math.max(1, Math.ceil(pace / 10));
    while (!this.stop.signal.aborted) {
      const { status, nMoved } = await this.kysely
        .transaction()
        .execute((transaction) => this.step(transaction, task, size));
      if (status !== 'RUNNING') return;
      if (pace !== null && nMoved > 0)
        await sleep((nMoved * 1000) / pace, undefined, { signal: this.stop.signal }).catch(() => undefined);
    }
  }

  private async step(transaction: Transaction<SqsTables>, { id }: MoveTask, size: number): Promise<Step> {
    const task = await transaction
      .selectFrom('sqs_move_tasks')
      .selectAll()
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    if (!task || (task.status !== 'RUNNING' && task.status !== 'CANCELLING')) return { status: 'COMPLETED', nMoved: 0 };
    if (task.status === 'CANCELLING') return this.record(transaction, task, { status: 'CANCELLED', nMoved: 0 });
    const rows = await transaction
      .selectFrom('sqs_messages')
      .select(['id', 'source_arn'])
      .where('queue_id', '=', task.queue_id)
      .where('id', '<=', task.last_message_id)
      .where('visible_at', '<=', sql<Date>`now()`)
      .orderBy('id')
      .limit(size)
      .forUpdate()
      .execute();
    if (rows.length === 0) return this.record(transaction, task, { status: 'COMPLETED', nMoved: 0 });
    const failure = await this.relocateAll(transaction, task, rows);
    if (failure !== undefined) return this.record(transaction, task, { status: 'FAILED', nMoved: 0 }, failure);
    return this.record(transaction, task, { status: 'RUNNING', nMoved: rows.length });
  }

  /** @returns why it cannot, in AWS's codes; what was moved before stays moved */
  private async relocateAll(
    transaction: Transaction<SqsTables>,
    { destination_arn }: MoveTask,
    rows: readonly { readonly id: number; readonly source_arn: string | null }[],
  ): Promise<string | undefined> {
    for (const arn of new Set(rows.map(({ source_arn }) => destination_arn ?? source_arn))) {
      if (arn === null) return 'CouldNotDetermineMessageSource';
      const address = parseQueueArn(arn);
      const target = address && (await this.queues.find(address));
      if (!target) return 'AWS.SimpleQueueService.NonExistentQueue';
      const moved = rows.filter(({ source_arn }) => (destination_arn ?? source_arn) === arn);
      await relocate(
        transaction,
        target,
        moved.map(({ id }) => id),
      );
    }
    return undefined;
  }

  private async record(
    transaction: Transaction<SqsTables>,
    { id }: MoveTask,
    step: Step,
    failure: string | null = null,
  ): Promise<Step> {
    await transaction
      .updateTable('sqs_move_tasks')
      .set((set) => ({
        status: step.status,
        failure,
        n_moved: set('n_moved', '+', step.nMoved),
        claimed_until: sql<Date>`now() + ${CLAIM_S} * interval '1 second'`,
      }))
      .where('id', '=', id)
      .execute();
    return step;
  }
}

/** Puts messages into a queue as if they had just been sent there; their ids stay. */
async function relocate(transaction: Transaction<SqsTables>, target: Queue, ids: readonly number[]): Promise<void> {
  const now = sql<Date>`now()`;
  await transaction
    .updateTable('sqs_messages')
    .set({
      queue_id: target.id,
      source_arn: null,
      receipt: null,
      attempt_id: null,
      receive_count: 0,
      first_received_at: null,
      received_at: null,
      visible_at: now,
      retained_from: now,
    })
    .where('id', 'in', ids)
    .execute();
  await sql`select pg_notify(${ARRIVALS_CHANNEL}, ${String(target.id)})`.execute(transaction);
}
