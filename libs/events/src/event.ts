import { createHash, randomUUID } from 'node:crypto';

/** Something that happened, told to the rules of its account and region, and to one target in any case if it names one. */
export interface SuiteEvent {
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
  /** As AWS names it, e.g. `aws.s3`, `aws.comprehend`. */
  readonly source: string;
  /** As AWS names it, e.g. `Object Created`. */
  readonly detailType: string;
  readonly detail: object;
  /** ARNs of what it happened to. */
  readonly resources: readonly string[];
  /** Events of one group reach a target in the order in which they were published. */
  readonly groupId: string;
  /** When it happened. @default now */
  readonly at?: Date;
  /** ARN of a topic or queue that is told whatever the rules say. */
  readonly target?: string;
}

/** A message for one target, in a form of its own instead of an EventBridge envelope. */
export interface DirectMessage {
  readonly account: string;
  /** ARN of a topic or queue. */
  readonly target: string;
  readonly groupId: string;
  readonly body: string;
  /** Reaches subscribers by email and the like; queues have none. */
  readonly subject?: string;
}

/** An event as EventBridge writes it. */
export interface EventEnvelope {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** Seconds, in UTC. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: object;
}

/** https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html (read 2026-11) */
export function toEnvelope(event: SuiteEvent): EventEnvelope {
  const { account, region, source, detailType, detail, resources, at = new Date() } = event;
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': detailType,
    source,
    account,
    time: `${at.toISOString().slice(0, 19)}Z`,
    region,
    resources,
    detail,
  };
}

/** A group's name in the database and towards targets: of one length, and free of characters that neither would take. */
export const groupKey = (account: string, groupId: string): string =>
  createHash('sha256').update(`${account}\n${groupId}`).digest('base64url');
