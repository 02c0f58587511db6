import { EventEmitter } from 'node:events';
import type { Database } from '@lantern/store';
import { SharedListener } from '../postgres/shared-listener.js';
import { drainOutbox, OUTBOX_CHANNEL, type CommittedEntry } from './outbox.js';

/** Milliseconds between two looks that nobody asked for: after a connection broke, or a relay died. */
const LOOK_MS = 2_000;

/** Milliseconds to wait when entries cannot be forwarded. */
const TROUBLE_MS = 500;

/** Forwards entries of committed transactions. Every process that adds entries or works does so, whoever is first. */
export class OutboxRelay {
  private readonly listener: SharedListener;
  private readonly told = new EventEmitter();
  private timer: NodeJS.Timeout | undefined;
  private draining: Promise<void> | undefined;
  private isAskedAgain = false;
  private isClosed = false;
  private isListening = false;

  constructor(
    private readonly database: Database,
    private readonly forward: (entries: readonly CommittedEntry[]) => Promise<void>,
    private readonly onError: (error: Error) => void,
  ) {
    this.listener = new SharedListener(database.url);
    this.told.on('notification', (notification: { channel: string }) => {
      if (notification.channel === OUTBOX_CHANNEL) this.ask();
    });
    this.told.on('error', (error: Error) => {
      this.isListening = false;
      this.onError(error);
    });
  }

  /** Begins; without waiting for the first look. */
  start(): void {
    if (this.timer || this.isClosed) return;
    this.timer = setInterval(() => this.look(), LOOK_MS);
    this.look();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearInterval(this.timer);
    await this.draining;
    await this.listener.close();
  }

  private look(): void {
    if (!this.isListening) {
      this.isListening = true;
      this.listener.listen(`LISTEN ${OUTBOX_CHANNEL}`, this.told).catch((error: Error) => {
        this.isListening = false;
        this.onError(error);
      });
    }
    this.ask();
  }

  /** Drains now, and once more if asked meanwhile. */
  private ask(): void {
    this.isAskedAgain = true;
    this.draining ??= this.drain().finally(() => (this.draining = undefined));
  }

  private async drain(): Promise<void> {
    while (this.isAskedAgain && !this.isClosed) {
      this.isAskedAgain = false;
      try {
        const { isEmpty } = await drainOutbox(this.database, this.forward);
        if (!isEmpty) this.isAskedAgain = true;
      } catch (error) {
        this.onError(error instanceof Error ? error : new Error(String(error)));
        this.isAskedAgain = true;
        await new Promise((resolve) => setTimeout(resolve, TROUBLE_MS));
      }
    }
  }
}
