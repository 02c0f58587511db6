import type { Database } from '@lantern/store';
import { BATCH, forgetEntries, type CommittedEntry, type LeftEntry } from './outbox.js';

/**
 * Forwards entries of this process as soon as they have committed. Those that come meanwhile travel together, and so do
 * the rows that are forgotten afterwards. What fails, or dies in between, is left to the relays.
 */
export class PromptForwarding {
  private readonly sending: Batches<LeftEntry>;
  private readonly forgetting: Batches<number>;

  constructor(
    database: Database,
    forward: (entries: readonly CommittedEntry[]) => Promise<void>,
    onError: (error: Error) => void,
  ) {
    this.forgetting = new Batches((sequences) => forgetEntries(database, sequences), onError);
    this.sending = new Batches(async (entries) => {
      await forward(entries);
      for (const { sequence } of entries) this.forgetting.add(sequence);
    }, onError);
  }

  add(entry: LeftEntry): void {
    this.sending.add(entry);
  }

  /** Resolves when nothing is under way; then the connections may close. */
  async close(): Promise<void> {
    await this.sending.idle();
    await this.forgetting.idle();
  }
}

/** Works on what has gathered, one batch after the other. */
class Batches<Item> {
  private gathered: Item[] = [];
  private working: Promise<void> | undefined;

  constructor(
    private readonly work: (items: readonly Item[]) => Promise<void>,
    private readonly onError: (error: Error) => void,
  ) {}

  add(item: Item): void {
    this.gathered.push(item);
    this.working ??= this.drain().finally(() => (this.working = undefined));
  }

  async idle(): Promise<void> {
    await this.working;
  }

  private async drain(): Promise<void> {
    // Not yet: whoever else has just been told of its commit comes along.
    await Promise.resolve();
    while (this.gathered.length > 0) {
      const items = this.gathered.splice(0, BATCH);
      try {
        await this.work(items);
      } catch (error) {
        this.gathered = [];
        this.onError(error instanceof Error ? error : new Error(String(error)));
      }
    }
  }
}
