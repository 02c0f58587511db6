import type { ColumnType } from 'kysely';

export interface SecretTables {
  /** Secrets of the installation that all processes share, e.g. the key that signs notifications. */
  readonly secrets: {
    name: string;
    /** Encrypted by `Sealer`. */
    sealed: Buffer;
    created_at: ColumnType<Date, never, never>;
  };
}
