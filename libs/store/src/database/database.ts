import { Kysely, Migrator, PostgresDialect } from 'kysely';
import pg from 'pg';
import { joinEmbeddedServer, type EmbeddedServer } from './embedded/embedded-server.js';
import { migrations } from './migrations/index.js';
import { PreparingClient } from './prepared-statements.js';
import type { Tables } from './tables.js';

/** PostgreSQL schema of Lantern's own tables, so that a server may be shared with other programs. */
export const SCHEMA = 'lantern';

export interface DatabaseConfig {
  /** Where the embedded server keeps its data; made if need be. */
  readonly dataDir: string;
  /** `postgres://…` of a server to use instead of the embedded one. */
  readonly url?: string | undefined;
  /** Most connections of this process. @default 8 */
  readonly poolSize?: number | undefined;
  /** Told of connections that break while idle; the pool replaces them. */
  readonly onConnectionError?: ((error: Error) => void) | undefined;
}

/** The records' database. Close it once, last. */
export class Database {
  constructor(
    /** Queries on the schema `lantern`; table names need no prefix, except in raw SQL. */
    readonly kysely: Kysely<Tables>,
    /** The server's address with its password, for what brings its own connections. Keep it out of logs. */
    readonly url: string,
    private readonly server?: EmbeddedServer,
  ) {}

  /** Whether the server is Lantern's own in the data directory. */
  get isEmbedded(): boolean {
    return this.server !== undefined;
  }

  /** Ends the connections, and the embedded server if this process owns it. */
  async close(): Promise<void> {
    await this.kysely.destroy();
    await this.server?.release();
  }
}

/**
 * Connects to the database and brings its tables up to date. Several processes may do so at once.
 * @throws Error if the server cannot be reached or was written by a newer Lantern
 */
export async function openDatabase(config: DatabaseConfig): Promise<Database> {
  const server = config.url ? undefined : await joinEmbeddedServer(config.dataDir);
  const url = config.url ?? server?.url ?? '';
  const pool = new pg.Pool({
    connectionString: url,
    Client: PreparingClient,
    max: config.poolSize ?? 8,
    application_name: 'lantern',
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    types: { getTypeParser: typeParser },
  });
  // Without a listener, a server that goes away while a connection is idle would end this process.
  pool.on('error', config.onConnectionError ?? (() => undefined));
  const database = new Database(
    new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) }).withSchema(SCHEMA),
    url,
    server,
  );
  try {
    await migrate(database.kysely);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Runs what is missing, in one transaction under an advisory lock. */
async function migrate(kysely: Kysely<Tables>): Promise<void> {
  const provider = { getMigrations: () => Promise.resolve({ ...migrations }) };
  const migrator = new Migrator({ db: kysely, provider, migrationTableSchema: SCHEMA });
  const { error } = await migrator.migrateToLatest();
  if (error) throw new Error('The database could not be brought up to date', { cause: error });
}

/** Counts and versions are `bigint` in SQL; ours stay far below 2^53, so they become numbers and not text. */
const typeParser: pg.CustomTypesConfig['getTypeParser'] = (type, format): unknown =>
  type === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(type, format);
