import type { ColumnType } from 'kysely';

export interface LimitTables {
  readonly rate_buckets: {
    account: string;
    bucket: string;
    /** Tokens at `filled_at`; negative after a process admitted calls before it could ask. */
    tokens: number;
    filled_at: ColumnType<Date, never, Date>;
  };
}
