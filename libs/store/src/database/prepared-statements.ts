import pg from 'pg';

/** Prepared statements of one process; each costs each connection some tens of kilobytes of the server. */
const MAX_PREPARED = 64;

/** A statement that makes up so many of so many is worth that. */
const WORTHY_USES = 20;
const COUNTED_USES = 1_000;

/** Decides which texts are prepared, and under which names: one for all connections of the process. */
export class StatementNames {
  private readonly names = new Map<string, string>();
  private readonly unfit = new Set<string>();
  private readonly uses = new Map<string, number>();
  private nCounted = 0;
  private nNamed = 0;

  /** Counts a use. @returns the name under which to prepare, or undefined */
  nameOf(text: string): string | undefined {
    const name = this.names.get(text);
    if (name !== undefined || this.names.size >= MAX_PREPARED || this.unfit.has(text)) return name;
    if (this.nCounted++ % COUNTED_USES === 0) this.uses.clear();
    const uses = (this.uses.get(text) ?? 0) + 1;
    this.uses.set(text, uses);
    if (uses < WORTHY_USES) return undefined;
    const fresh = `lantern_${++this.nNamed}`;
    this.names.set(text, fresh);
    return fresh;
  }

  /** Prepares this text no more. */
  forget(text: string): void {
    this.names.delete(text);
    this.unfit.add(text);
  }
}

const names = new StatementNames();

/**
 * PostgreSQL refuses a prepared `select *` whose table has changed since, which a newer Lantern's migration may do while
 * this process runs. The code alone stands for other things too.
 */
const isOutdated = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && error.code === '0A000' && error.routine === 'RevalidateCachedQuery';

/**
 * A connection that prepares what it is asked often: parsing and planning a statement of our size takes the server three
 * times as long as running it.
 */
export class PreparingClient extends pg.Client {
  // The declarations of pg know ten forms; what is not a text with values passes through as it is.
  override query(...call: unknown[]): never {
    const [text, values, callback] = call;
    const plain = super.query.bind(this) as (...call: unknown[]) => unknown;
    const name = typeof text === 'string' && isFilled(values) ? names.nameOf(text) : undefined;
    if (name === undefined) return plain(...call) as never;
    const config = { name, text, values };
    if (callback !== undefined) return plain(config, callback) as never;
    return (plain(config) as Promise<unknown>).catch((error: unknown) => {
      if (!isOutdated(error)) throw error;
      names.forget(text as string);
      // A transaction is lost with the error; a statement of its own can be sent again.
      if (this.getTransactionStatus() !== 'I') throw error;
      return plain(text, values);
    }) as never;
  }
}

const isFilled = (values: unknown): boolean => Array.isArray(values) && values.length > 0;
