import { sql, type Transaction } from 'kysely';
import type { SqsTables } from '../queues/sqs-tables.js';

/** Makes transactions of all processes that name the same thing go one after another. */
export async function lockFor(transaction: Transaction<SqsTables>, thing: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`lantern.sqs ${thing}`}, 0))`.execute(transaction);
}
