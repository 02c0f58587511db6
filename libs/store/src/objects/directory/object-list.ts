import type { Kysely } from 'kysely';
import type { ChecksumAlgorithm } from '@lantern/aws-protocol';
import { afterPrefix } from '../object-names.js';
import type { ListOptions, ObjectList, ObjectSummary } from '../object-types.js';
import { rollUp, startPosition } from './listing.js';
import type { Tables } from '../../database/tables.js';

const columns = ['key', 'size_bytes', 'etag', 'last_modified', 'checksum_type'] as const;

/** Lists a bucket's objects from the index. */
export async function listObjects(
  database: Kysely<Tables>,
  bucketId: number,
  { prefix = '', delimiter = '', startAfter, maxKeys }: ListOptions,
): Promise<ObjectList> {
  if (maxKeys <= 0) return { objects: [], commonPrefixes: [] };
  const from = startPosition(startAfter, prefix, delimiter);
  const { rows, commonPrefixes, last } = await rollUp(
    (position, end, limit) => readRows(database, bucketId, position, end, limit),
    { prefix, delimiter, from, max: maxKeys },
  );
  const objects = rows.map(toSummary);
  const next = last && ('row' in last ? last.row.key.toString('utf8') : last.commonPrefix);
  return { objects, commonPrefixes, ...(next !== undefined && { nextStartAfter: next }) };
}

type Row = Awaited<ReturnType<typeof readRows>>[number];

function readRows(
  database: Kysely<Tables>,
  bucketId: number,
  position: { bytes: Buffer; isIncluded: boolean },
  end: Buffer | undefined,
  limit: number,
) {
  let query = database
    .selectFrom('s3_objects')
    .select([...columns, 'checksums'])
    .where('bucket_id', '=', bucketId)
    .where('key', position.isIncluded ? '>=' : '>', position.bytes)
    .orderBy('key')
    .limit(limit);
  if (end) query = query.where('key', '<', end);
  return query.execute();
}

const toSummary = (row: Row): ObjectSummary => ({
  key: row.key.toString('utf8'),
  sizeBytes: row.size_bytes,
  etag: row.etag,
  lastModified: row.last_modified,
  // Keys of a Checksums object are algorithms by its type.
  checksumAlgorithms: Object.keys(row.checksums) as ChecksumAlgorithm[],
  ...(row.checksum_type && { checksumType: row.checksum_type }),
});

/** The keys that start with a prefix, as bounds of an index scan. */
export const prefixBounds = (prefix: string): { from: Buffer; end: Buffer | undefined } => {
  const from = Buffer.from(prefix, 'utf8');
  return { from, end: afterPrefix(from) };
};
