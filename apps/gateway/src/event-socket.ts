import type { HttpResponse } from '@lantern/aws-protocol';

/** An accepted WebSocket whose binary messages are frames of an event stream. */
export interface EventSocket {
  /** What the client sends; ends when it closes. Read only as fast as it is iterated. */
  readonly messages: AsyncIterable<Buffer>;
  /** Resolves when the message is on its way, so that a slow client slows the handler down. */
  send(message: Uint8Array): Promise<void>;
  /** Says goodbye. @param code of RFC 6455 @default 1000 */
  close(code?: number): void;
}

/** How a request to become a WebSocket can be answered; one of the two is called, once. */
export interface UpgradeDoor {
  accept(): Promise<EventSocket>;
  /** Answers with HTTP and closes. */
  refuse(response: HttpResponse): void;
}
