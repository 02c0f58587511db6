import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { ArchiveFormat, CatalogueFile } from '../../catalogue/entry.js';
import type { BlobStore } from '../../store/blob-store.js';
import type { ModelFile } from '../../store/manifest.js';
import type { OnProgress } from '../progress.js';
import { ArchiveError } from './archive-error.js';
import { decompressBzip2 } from './bzip2/decompress.js';
import { Allowance, ordinaryLimits, type ArchiveLimits } from './limits.js';
import type { ArchiveMember } from './member.js';
import { readTar } from './tar.js';
import { readZip } from './zip.js';

export interface UnpackOptions {
  /** Names the archive in progress and errors. */
  readonly label: string;
  readonly format: ArchiveFormat;
  /** The members that are wanted; all others are passed over. */
  readonly members: readonly CatalogueFile[];
  readonly blobs: BlobStore;
  readonly signal: AbortSignal;
  readonly onProgress?: OnProgress | undefined;
  readonly limits?: Partial<ArchiveLimits>;
}

/**
 * Puts the wanted members of a verified archive into the store, by their content. No name in the archive ever becomes a
 * path. Blobs of members that were kept before an error stay without a manifest, and are garbage.
 * @returns the members' files in the order wanted
 * @throws ArchiveError, WrongContentError, the signal's reason
 */
export async function unpackMembers(path: string, options: UnpackOptions): Promise<ModelFile[]> {
  const { label, members, signal } = options;
  const { size } = await stat(path);
  const allowance = new Allowance(label, size, { ...ordinaryLimits, ...options.limits });
  const wanted = new Map(members.map((file) => [memberOf(file), file]));
  const kept = new Map<string, ModelFile>();
  for await (const member of readArchive(path, options, allowance, size)) {
    signal.throwIfAborted();
    const file = wanted.get(member.name);
    if (!file) continue;
    if (kept.has(member.name)) throw new ArchiveError(label, `has two members ${JSON.stringify(member.name)}`);
    kept.set(member.name, await keep(member, file, options));
  }
  const missing = [...wanted.keys()].filter((name) => !kept.has(name));
  if (missing.length > 0) throw new ArchiveError(label, `has no member ${missing.join(', ')}`);
  return [...wanted.keys()].flatMap((name) => kept.get(name) ?? []);
}

async function keep(
  member: ArchiveMember,
  { path, sha256, sizeBytes }: CatalogueFile,
  { label, blobs }: UnpackOptions,
): Promise<ModelFile> {
  if (sizeBytes !== undefined && sizeBytes !== member.sizeBytes)
    throw new ArchiveError(label, `has ${member.sizeBytes} bytes for ${member.name} instead of ${sizeBytes}`);
  const options = { expected: sha256, maxBytes: member.sizeBytes, label: `${label}: ${member.name}` };
  const kept = await blobs.write(member.content(), options);
  if (kept.sizeBytes !== member.sizeBytes) throw new ArchiveError(label, `is cut off within ${member.name}`);
  return { path, ...kept };
}

function readArchive(
  path: string,
  options: UnpackOptions,
  allowance: Allowance,
  archiveBytes: number,
): AsyncGenerator<ArchiveMember> {
  const { label, format } = options;
  if (format === 'zip') return readZip(label, path, allowance);
  const packed = packedBytes(path, options, archiveBytes);
  const plain = format === 'tar.gz' ? gunzipped(label, packed) : bunzipped(label, packed);
  return readTar(label, allowance.counted(plain), allowance);
}

/** The archive's bytes, with progress by how far it has been read. */
async function* packedBytes(
  path: string,
  { label, signal, onProgress }: UnpackOptions,
  totalBytes: number,
): AsyncGenerator<Uint8Array> {
  let doneBytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18, signal })) {
    doneBytes += (chunk as Buffer).length;
    onProgress?.({ phase: 'unpacking', label, doneBytes, totalBytes });
    yield chunk as Buffer;
  }
}

async function* gunzipped(label: string, packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  try {
    // Errors of either end come out of the iteration below.
    yield* pipeline(packed, gunzip, () => undefined) as AsyncIterable<Buffer>;
  } catch (error) {
    throw isZlibError(error) ? new ArchiveError(label, `is damaged: ${error.message}`, { cause: error }) : error;
  } finally {
    gunzip.destroy();
  }
}

async function* bunzipped(label: string, packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* decompressBzip2(packed);
  } catch (error) {
    throw error instanceof RangeError ? new ArchiveError(label, `is damaged: ${error.message}`, { cause: error }) : error;
  }
}

const isZlibError = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && /^(Z_|ERR_STREAM_PREMATURE|ERR__ERROR)/.test(String(error.code));

function memberOf({ path, origin }: CatalogueFile): string {
  if (origin.kind !== 'member') throw new TypeError(`${path} is no member of an archive`);
  return origin.member;
}

