import { cutPage, readPageToken, type Page } from '@lantern/aws-protocol';
import type { Kysely, Selectable } from 'kysely';
import type { Database } from '../database/database.js';
import type { RecordTables } from '../records/record-tables.js';
import type { Tables } from '../database/tables.js';

/** Where a record lives. Every part is needed, so that nothing is ever looked up outside its account. */
export interface RecordKey {
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
  /** What it is, e.g. `comprehend/document-classifier`. */
  readonly kind: string;
  /** Unique within account, region and kind. Lists are in byte order of it. */
  readonly name: string;
}

/** A stored document and when it changed. */
export interface StoredRecord<T> {
  readonly name: string;
  readonly document: T;
  /** Grows by one with each change. */
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface ListRequest {
  /** Most records on the page. */
  readonly size: number;
  /** From the page before. */
  readonly token?: string | undefined;
  /** Only names that begin so. */
  readonly prefix?: string | undefined;
}

/** The record exists already. */
export class RecordExistsError extends Error {}
/** Somebody else changed the record since it was read. */
export class RecordConflictError extends Error {}
/** The page token is not one that this list gave out. */
export class InvalidPageTokenError extends Error {}

/** How often `update` reads again when others change the same record at the same time. */
const UPDATE_ATTEMPTS = 20;

/**
 * Named JSON documents per account and region, of one kind.
 * @example new RecordStore<Classifier>(database, 'comprehend/document-classifier')
 */
export class RecordStore<T> {
  private readonly kysely: Kysely<Tables>;

  /** @param database or a transaction, so that several stores change together */
  constructor(
    database: Database | Kysely<Tables>,
    private readonly kind: string,
  ) {
    this.kysely = 'kysely' in database ? database.kysely : database;
  }

  /** @throws RecordExistsError */
  async create(scope: Scope, name: string, document: T): Promise<StoredRecord<T>> {
    const row = await this.kysely
      .insertInto('records')
      .values({ ...this.key(scope, name), document: JSON.stringify(document), version: 1, updated_at: new Date() })
      .onConflict((conflict) => conflict.doNothing())
      .returningAll()
      .executeTakeFirst();
    if (!row) throw new RecordExistsError(`${this.kind} ${name} exists already`);
    return toRecord<T>(row);
  }

  /** Creates the record or replaces its document, whatever it was. */
  async put(scope: Scope, name: string, document: T): Promise<StoredRecord<T>> {
    const text = JSON.stringify(document);
    const updated_at = new Date();
    const row = await this.kysely
      .insertInto('records')
      .values({ ...this.key(scope, name), document: text, version: 1, updated_at })
      .onConflict((conflict) =>
        conflict.columns(['account', 'region', 'kind', 'name']).doUpdateSet((expression) => ({
          document: text,
          version: expression('records.version', '+', 1),
          updated_at,
        })),
      )
      .returningAll()
      .executeTakeFirstOrThrow();
    return toRecord<T>(row);
  }

  async get(scope: Scope, name: string): Promise<StoredRecord<T> | undefined> {
    const row = await this.where(scope).where('name', '=', name).executeTakeFirst();
    return row && toRecord<T>(row);
  }

  /**
   * Replaces the document if nobody changed it since `version` was read.
   * @throws RecordConflictError
   */
  async replace(scope: Scope, name: string, version: number, document: T): Promise<StoredRecord<T>> {
    const row = await this.kysely
      .updateTable('records')
      .set({ document: JSON.stringify(document), version: version + 1, updated_at: new Date() })
      .where((expression) => expression.and(this.key(scope, name)))
      .where('version', '=', version)
      .returningAll()
      .executeTakeFirst();
    if (!row) throw new RecordConflictError(`${this.kind} ${name} is no longer at version ${version}`);
    return toRecord<T>(row);
  }

  /**
   * Changes a record by a function of its document, which is called again when somebody else was faster.
   * @returns undefined if there is none
   * @throws RecordConflictError if others keep changing it
   */
  async update(scope: Scope, name: string, change: (document: T) => T): Promise<StoredRecord<T> | undefined> {
    for (let attempt = 1; ; attempt += 1) {
      const found = await this.get(scope, name);
      if (!found) return undefined;
      try {
        return await this.replace(scope, name, found.version, change(found.document));
      } catch (error) {
        if (!(error instanceof RecordConflictError) || attempt === UPDATE_ATTEMPTS) throw error;
      }
    }
  }

  /** @returns false if there was none */
  async delete(scope: Scope, name: string): Promise<boolean> {
    const result = await this.kysely
      .deleteFrom('records')
      .where((expression) => expression.and(this.key(scope, name)))
      .executeTakeFirst();
    return result.numDeletedRows > 0n;
  }

  /**
   * A page of the list, in byte order of the names.
   * @throws InvalidPageTokenError
   */
  async list(scope: Scope, { size, token, prefix = '' }: ListRequest): Promise<Page<StoredRecord<T>>> {
    // The token is bound to its list, so that one of another account or filter is refused.
    const list = [this.kind, scope.account, scope.region, prefix].join('\n');
    const after = token === undefined ? undefined : readPageToken(list, token);
    if (token !== undefined && after === undefined) throw new InvalidPageTokenError('Not a token of this list');
    let query = this.where(scope);
    if (after !== undefined) query = query.where('name', '>', after);
    if (prefix !== '')
      query = query.where((expression) => expression.fn('starts_with', ['name', expression.val(prefix)]));
    const rows = await query
      .orderBy('name')
      .limit(size + 1)
      .execute();
    return cutPage(list, rows.map(toRecord<T>), size, (record) => record.name);
  }

  private where(scope: Scope) {
    const { account, region } = scope;
    return this.kysely
      .selectFrom('records')
      .selectAll()
      .where((is) => is.and({ account, region, kind: this.kind }));
  }

  private key({ account, region }: Scope, name: string): RecordKey {
    return { account, region, kind: this.kind, name };
  }
}

/** Whose records; a `Call` is one. */
export type Scope = Pick<RecordKey, 'account' | 'region'>;

function toRecord<T>(row: Selectable<RecordTables['records']>): StoredRecord<T> {
  // What is stored was written by this store, so the document is a T; changes of its form are its owner's to read.
  const document = row.document as T;
  return { name: row.name, document, version: row.version, createdAt: row.created_at, updatedAt: row.updated_at };
}
