import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { isMissing } from './blob-files.js';
import type { Tables } from '../../database/tables.js';

const BLOB = /^[0-9a-f]{32}$/;

export interface SweepResult {
  readonly nRemoved: number;
}

/**
 * Removes files that the index does not name: what a process left that died between a file and its row, or between a row
 * and the file that it replaced. Nothing that was acknowledged is ever touched, since its row came first.
 * @param minAgeMs spares younger files, which another process may be about to enter in the index
 */
export async function sweep(root: string, database: Kysely<Tables>, minAgeMs: number): Promise<SweepResult> {
  let nRemoved = 0;
  for (const account of (await names(root)).filter((name) => /^\d{12}$/.test(name)))
    for (const bucket of await names(join(root, account))) {
      const folder = join(root, account, bucket);
      const files = await blobs(folder, Date.now() - minAgeMs);
      // The index is read after the folder: a row that came in between names a file that is thereby kept.
      const named = files.length > 0 ? await namedBlobs(database, account, bucket) : new Set<string>();
      for (const [name, path] of files) {
        if (named.has(name)) continue;
        await rm(path, { force: true });
        nRemoved++;
      }
    }
  return { nRemoved };
}

/** Removes a bucket's folder as far as it is empty. */
export async function removeEmptyFolders(folder: string): Promise<void> {
  for (const inner of await names(folder)) await rmdir(join(folder, inner)).catch(() => undefined);
  await rmdir(folder).catch(() => undefined);
}

async function namedBlobs(database: Kysely<Tables>, account: string, bucket: string): Promise<Set<string>> {
  const objects = await database
    .selectFrom('s3_objects')
    .innerJoin('s3_buckets', 's3_buckets.id', 's3_objects.bucket_id')
    .select('segments')
    .where('account', '=', account)
    .where('name', '=', bucket)
    .execute();
  const parts = await database
    .selectFrom('s3_parts')
    .innerJoin('s3_uploads', 's3_uploads.id', 's3_parts.upload_id')
    .innerJoin('s3_buckets', 's3_buckets.id', 's3_uploads.bucket_id')
    .select('blob')
    .where('account', '=', account)
    .where('name', '=', bucket)
    .execute();
  const named = new Set(parts.map(({ blob }) => blob));
  for (const { segments } of objects) for (const { blob } of segments) named.add(blob);
  return named;
}

async function blobs(folder: string, changedBefore: number): Promise<[name: string, path: string][]> {
  const found: [string, string][] = [];
  for (const inner of await names(folder))
    for (const name of await names(join(folder, inner))) {
      const path = join(folder, inner, name);
      if (!BLOB.test(name)) continue;
      // ctime: a link made for a copy has the old mtime.
      const changed = await stat(path).catch(() => undefined);
      if (changed && changed.ctimeMs <= changedBefore) found.push([name, path]);
    }
  return found;
}

async function names(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error) || (error instanceof Error && 'code' in error && error.code === 'ENOTDIR')) return [];
    throw error;
  }
}
