import type { ColumnType } from 'kysely';

export interface RecordTables {
  readonly records: {
    account: string;
    region: string;
    kind: string;
    name: string;
    document: ColumnType<unknown, string, string>;
    version: number;
    created_at: ColumnType<Date, never, never>;
    updated_at: ColumnType<Date, Date, Date>;
  };
}
