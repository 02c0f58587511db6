import type { MessageContent } from '../messages/message-content.js';
import type { Protocol } from '../subscriptions/endpoint.js';
import type { TopicRef } from '../topics/topic-arn.js';

/** Who is to be told. */
export interface Recipient {
  readonly subscription: string;
  readonly protocol: Protocol;
  readonly endpoint: string;
}

/** One message to one endpoint. */
export interface Delivery extends Recipient {
  readonly id: string;
  readonly messageId: string;
  readonly topic: TopicRef;
  readonly content: MessageContent;
  readonly publishedAt: Date;
  readonly lane: string | undefined;
  readonly nFailures: number;
  /** Whether it is on its way to the dead-letter queue. */
  readonly isDead: boolean;
}

/** A message and everyone who is to be told. */
export interface NewMessage {
  readonly id: string;
  readonly content: MessageContent;
  readonly recipients: readonly Recipient[];
  /** Deliveries of one lane reach each subscription one after the other. */
  readonly lane?: string | undefined;
}

/** What is known of a delivery before it is claimed. */
export interface DeliveryState {
  readonly subscription: string;
  /** Milliseconds until it may be tried; Infinity while an earlier one of its lane is left. */
  readonly waitMs: number;
}
