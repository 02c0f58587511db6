import { sql, type Transaction } from 'kysely';
import type { SqsTables } from '../queues/sqs-tables.js';
import { lockFor } from './transaction-locks.js';

/** A message that may be received; its row is locked. */
export interface Picked {
  readonly id: number;
  readonly receiveCount: number;
}

/** How far a FIFO queue is searched for groups that may be read; AWS looks at the first 120,000 messages. */
const SEARCHED = 20_000;

const now = sql<Date>`now()`;
const retained = (seconds: number) => sql<Date>`now() - ${seconds} * interval '1 second'`;

/** Picks those that have been visible longest and that nobody else is picking. */
export async function pickOldest(
  transaction: Transaction<SqsTables>,
  queueId: number,
  retentionSeconds: number,
  nWanted: number,
): Promise<Picked[]> {
  return transaction
    .selectFrom('sqs_messages')
    .select(['id', 'receive_count as receiveCount'])
    .where('queue_id', '=', queueId)
    .where('visible_at', '<=', now)
    .where('retained_from', '>', retained(retentionSeconds))
    .orderBy('visible_at')
    .orderBy('id')
    .limit(nWanted)
    .forUpdate()
    .skipLocked()
    .execute();
}

/**
 * Picks from a FIFO queue: of each group the first messages in order, up to the first that is out of sight; as many as
 * possible of one group, groups that waited longest first. Receivers of a queue pick one after another.
 */
export async function pickInOrder(
  transaction: Transaction<SqsTables>,
  queueId: number,
  retentionSeconds: number,
  nWanted: number,
): Promise<Picked[]> {
  await lockFor(transaction, `receive ${queueId}`);
  const searched = await transaction
    .selectFrom('sqs_messages as message')
    .select(['message.id', 'message.group_id', 'message.visible_at'])
    .where('message.queue_id', '=', queueId)
    .where('message.group_id', 'is not', null)
    .where('message.visible_at', '<=', now)
    .where('message.retained_from', '>', retained(retentionSeconds))
    .where((is) =>
      is.not(
        is.exists(
          is
            .selectFrom('sqs_messages as earlier')
            .select('earlier.id')
            .whereRef('earlier.queue_id', '=', 'message.queue_id')
            .whereRef('earlier.group_id', '=', 'message.group_id')
            .whereRef('earlier.id', '<', 'message.id')
            .where('earlier.visible_at', '>', now),
        ),
      ),
    )
    .orderBy('message.id')
    .limit(SEARCHED)
    .execute();
  const ids = firstOfGroups(searched, nWanted);
  if (ids.length === 0) return [];
  const rows = await transaction
    .selectFrom('sqs_messages')
    .select(['id', 'receive_count as receiveCount'])
    .where('id', 'in', ids)
    .where('visible_at', '<=', now)
    .orderBy('id')
    .forUpdate()
    .execute();
  const place = new Map(ids.map((id, i) => [id, i]));
  return rows.sort((a, b) => (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0));
}

/** Whole groups, those first whose first message became visible first. `rows` are in order of arrival. */
function firstOfGroups(
  rows: readonly { readonly id: number; readonly group_id: string | null; readonly visible_at: Date }[],
  nWanted: number,
): number[] {
  const groups = new Map<string, { readonly since: number; readonly ids: number[] }>();
  for (const { id, group_id, visible_at } of rows) {
    const group = groups.get(group_id ?? '');
    if (group) group.ids.push(id);
    else groups.set(group_id ?? '', { since: visible_at.getTime(), ids: [id] });
  }
  // Groups were met in the order of their first messages, which the sort keeps among equals.
  const ordered = [...groups.values()].sort((a, b) => a.since - b.since);
  return ordered.flatMap(({ ids }) => ids).slice(0, nWanted);
}
