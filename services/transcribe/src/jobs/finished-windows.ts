import { RecordStore, type Database, type Scope } from '@lantern/store';
import type { RecognisedWindow } from '../long-audio/index.js';

/** Windows that are read or removed with one statement. */
const PAGE = 500;

/** What a job has heard so far: one record for each window, so that a job that was killed goes on after the last of them. */
export class FinishedWindows {
  private readonly windows: RecordStore<RecognisedWindow>;

  constructor(
    database: Database,
    private readonly job: Scope & { readonly id: string },
  ) {
    this.windows = new RecordStore(database, 'transcribe/finished-window');
  }

  /** The windows of a channel, in the order of time. */
  async read(channel: number): Promise<RecognisedWindow[]> {
    const found: RecognisedWindow[] = [];
    for await (const { document } of this.list(`${this.job.id}/${channel}/`)) found.push(document);
    return found;
  }

  /** Durable once it resolves. A window that begins where another did takes its place. */
  async add(channel: number, window: RecognisedWindow): Promise<void> {
    // In microseconds, with zeros before, names are in the order of time; four hours have eleven digits.
    const at = String(Math.round(window.startMs * 1_000)).padStart(14, '0');
    await this.windows.put(this.job, `${this.job.id}/${channel}/${at}`, window);
  }

  /** Forgets the windows of all channels. */
  async clear(): Promise<void> {
    for await (const { name } of this.list(`${this.job.id}/`)) await this.windows.delete(this.job, name);
  }

  private async *list(prefix: string) {
    let token: string | undefined;
    do {
      const page = await this.windows.list(this.job, { size: PAGE, token, prefix });
      yield* page.items;
      token = page.nextToken;
    } while (token !== undefined);
  }
}
