import { createHash, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { SnsTransaction } from '../records/sns-tables.js';
import type { SubscriptionRef, TopicRef } from '../topics/topic-arn.js';
import type { Protocol } from './endpoint.js';

/** What a token stands for: an endpoint that wants to be told of a topic's messages. */
export interface TokenTarget extends SubscriptionRef {
  readonly protocol: Protocol;
  readonly endpoint: string;
}

/** How long a token confirms. https://docs.aws.amazon.com/sns/latest/api/API_ConfirmSubscription.html (read 2026-11) */
const TOKEN_DAYS = 2;
const TOKEN_BYTES = 128;

/** Makes a token that confirms the subscription of an endpoint. Only its hash is kept; nobody but the endpoint is told. */
export async function issueToken(
  transaction: SnsTransaction,
  { id, topic, protocol, endpoint }: TokenTarget,
): Promise<string> {
  await forgetExpired(transaction);
  const token = randomBytes(TOKEN_BYTES).toString('hex');
  const { account, region, name } = topic;
  const expires_at = sql`now() + make_interval(days => ${TOKEN_DAYS})`;
  await transaction
    .insertInto('sns_tokens')
    .values({ hash: hashOf(token), subscription: id, account, region, topic: name, protocol, endpoint, expires_at })
    .execute();
  return token;
}

/** What a token stands for; undefined where it is none of that topic or has expired. */
export async function findToken(
  transaction: SnsTransaction,
  { account, region, name }: TopicRef,
  token: string,
): Promise<TokenTarget | undefined> {
  const row = await transaction
    .selectFrom('sns_tokens')
    .selectAll()
    .where((is) => is.and({ hash: hashOf(token), account, region, topic: name }))
    .where('expires_at', '>', sql<Date>`now()`)
    .executeTakeFirst();
  if (!row) return undefined;
  // Tokens are only made for protocols that are delivered to.
  const protocol = row.protocol as Protocol;
  return { topic: { account, region, name }, id: row.subscription, protocol, endpoint: row.endpoint };
}

/** Tokens that confirm no more, and subscriptions that were not confirmed in their time. */
async function forgetExpired(transaction: SnsTransaction): Promise<void> {
  await transaction
    .deleteFrom('sns_tokens')
    .where('expires_at', '<', sql<Date>`now()`)
    .execute();
  await transaction
    .deleteFrom('sns_subscriptions')
    .where('confirmed_at', 'is', null)
    .where('created_at', '<', sql<Date>`now() - make_interval(days => ${TOKEN_DAYS})`)
    .execute();
}

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();
