import type { Database } from '@lantern/store';
import { sql } from 'kysely';

/** Milliseconds between two writes of one job. */
const WRITE_EVERY_MS = 500;

/** Writes a job's progress, the latest value a few times a second. */
export class ProgressWriter {
  private pending: { percent: number; message: string | undefined } | undefined;
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  private highest = 0;

  constructor(
    private readonly database: Database,
    private readonly job: { readonly id: string; readonly attempt: number },
    private readonly onError: (error: Error) => void,
  ) {}

  report(percent: number, message?: string): void {
    if (!Number.isFinite(percent)) return;
    this.highest = Math.min(100, Math.max(this.highest, percent));
    this.pending = { percent: this.highest, message };
    this.timer ??= setTimeout(() => this.flush(), WRITE_EVERY_MS);
  }

  /** Ends; nothing is written afterwards. */
  async close(): Promise<void> {
    clearTimeout(this.timer);
    this.pending = undefined;
    await this.writing;
  }

  private flush(): void {
    this.timer = undefined;
    const { pending } = this;
    if (!pending) return;
    this.pending = undefined;
    this.writing = this.writing.then(() => this.write(pending)).catch(this.onError);
  }

  private async write({ percent, message }: { percent: number; message: string | undefined }): Promise<void> {
    await this.database.kysely
      .updateTable('jobs')
      .set({
        progress_percent: sql<number>`greatest(progress_percent, ${percent})`,
        ...(message === undefined ? {} : { progress_message: message }),
      })
      .where('id', '=', this.job.id)
      .where('attempt', '=', this.job.attempt)
      .where('lease_until', 'is not', null)
      .execute();
  }
}
