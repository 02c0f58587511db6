import { sql, type ColumnDefinitionBuilder, type Kysely, type Migration } from 'kysely';

const required = (column: ColumnDefinitionBuilder) => column.notNull();
/** Ordered byte by byte, whatever the database's locale. */
const bytewise = sql`text collate "C"`;
const milliseconds = sql`timestamptz(3)`;

/** The index of DirectoryObjectStore: buckets, objects, unfinished multipart uploads and their parts. */
export const objects: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('s3_buckets')
      .addColumn('id', 'bigint', (column) => column.primaryKey().generatedAlwaysAsIdentity())
      .addColumn('account', 'text', required)
      .addColumn('name', bytewise, required)
      .addColumn('region', 'text', required)
      .addColumn('tags', 'json', (column) => column.notNull().defaultTo('{}'))
      .addColumn('created_at', milliseconds, (column) => column.notNull().defaultTo(sql`now()`))
      .addUniqueConstraint('s3_buckets_name', ['account', 'name'])
      .execute();
    await createObjects(db);
    await createUploads(db);
  },
};

// Keys are bytea: compared byte by byte, which is the order of S3's lists, and free of text's ban on NUL. `json` instead of
// `jsonb` holds what callers wrote, for the same reason.
async function createObjects(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('s3_objects')
    .addColumn('bucket_id', 'bigint', (column) => column.notNull().references('s3_buckets.id'))
    .addColumn('key', 'bytea', required)
    .addColumn('etag', 'text', required)
    .addColumn('size_bytes', 'bigint', required)
    .addColumn('last_modified', milliseconds, required)
    .addColumn('attributes', 'json', required)
    .addColumn('tags', 'json', required)
    .addColumn('checksums', 'jsonb', required)
    .addColumn('checksum_type', 'text')
    .addColumn('segments', 'jsonb', required)
    .addColumn('upload_id', 'text')
    .addPrimaryKeyConstraint('s3_objects_key', ['bucket_id', 'key'])
    .execute();
}

async function createUploads(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('s3_uploads')
    .addColumn('id', bytewise, (column) => column.primaryKey())
    .addColumn('bucket_id', 'bigint', (column) => column.notNull().references('s3_buckets.id').onDelete('cascade'))
    .addColumn('key', 'bytea', required)
    .addColumn('initiated_at', milliseconds, required)
    .addColumn('attributes', 'json', required)
    .addColumn('tags', 'json', required)
    .addColumn('checksum_algorithm', 'text')
    .addColumn('checksum_type', 'text')
    .execute();
  await db.schema.createIndex('s3_uploads_by_key').on('s3_uploads').columns(['bucket_id', 'key', 'id']).execute();
  await db.schema
    .createTable('s3_parts')
    .addColumn('upload_id', bytewise, (column) => column.notNull().references('s3_uploads.id').onDelete('cascade'))
    .addColumn('part_number', 'integer', required)
    .addColumn('blob', 'text', required)
    .addColumn('size_bytes', 'bigint', required)
    .addColumn('etag', 'text', required)
    .addColumn('last_modified', milliseconds, required)
    .addColumn('checksums', 'jsonb', required)
    .addPrimaryKeyConstraint('s3_parts_number', ['upload_id', 'part_number'])
    .execute();
}
