import { statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { WrongContentError, type BlobStore } from '../store/blob-store.js';
import { checkedSha256 } from '../store/digest.js';
import type { HeldLock } from '../store/file-lock.js';
import type { ContentSource, Pin } from './content-source.js';
import { PartFile, removePart } from './part-file.js';
import type { OnProgress, PullPhase } from './progress.js';
import { PullError, shownBytes } from './pull-error.js';

export interface ObtainOptions {
  readonly source: ContentSource;
  readonly phase: PullPhase;
  readonly signal: AbortSignal;
  readonly onProgress?: OnProgress | undefined;
}

/** Where the bytes of a pin are gathered; the name is its digest's, so that a later process goes on with them. */
export const partPath = (blobs: BlobStore, pin: Pin): string =>
  join(blobs.incoming, `sha256-${checkedSha256(pin.sha256)}.part`);

/** Bytes of a pin that are there already. */
export const partLength = (blobs: BlobStore, pin: Pin): number =>
  statSync(partPath(blobs, pin), { throwIfNoEntry: false })?.size ?? 0;

/**
 * Gathers the bytes of a pin in a file of its own, verifies them and puts them on disk. Bytes of an interrupted attempt
 * are continued; if the whole is not right then, they are dropped and everything is fetched once more.
 * @param lock makes this process the only one at this work
 * @returns path of the verified file, for the caller to give its place
 * @throws WrongContentError, PullError, the signal's reason
 */
export async function obtain(blobs: BlobStore, pin: Pin, lock: HeldLock, options: ObtainOptions): Promise<string> {
  await blobs.prepare();
  const path = partPath(blobs, pin);
  const signal = AbortSignal.any([options.signal, lock.lost]);
  const part = await PartFile.open(path, { signal, fresh: lock.tookFromSilent });
  try {
    await refuseWithoutSpace(blobs, pin, part.length);
    await gather(part, pin, { ...options, signal });
    await part.sync();
    signal.throwIfAborted();
    return path;
  } catch (error) {
    if (error instanceof WrongContentError) await removePart(path);
    throw withoutSpace(error, blobs) ?? error;
  } finally {
    await part.close();
  }
}

async function gather(part: PartFile, pin: Pin, options: ObtainOptions): Promise<void> {
  const { source, signal, phase, onProgress } = options;
  const report = (message?: string) =>
    onProgress?.({
      phase,
      label: pin.label,
      doneBytes: part.length,
      totalBytes: pin.sizeBytes,
      ...(message !== undefined && { message }),
    });
  while (true) {
    report();
    const { isResumed } = part;
    await source.fill(pin, part, { signal, onProgress: report });
    const digest = part.digest();
    if (digest === pin.sha256 && (pin.sizeBytes ?? part.length) === part.length) return;
    if (!isResumed || !part.isResumed) throw new WrongContentError(pin.label, pin.sha256, digest);
    report('what an earlier attempt left does not fit; fetching all of it again');
    await part.restart();
  }
}

async function refuseWithoutSpace(blobs: BlobStore, { label, sizeBytes = 0 }: Pin, doneBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(blobs.incoming);
  const freeBytes = bavail * bsize;
  if (sizeBytes - doneBytes > freeBytes)
    throw new PullError(
      `${label} needs ${shownBytes(sizeBytes - doneBytes)}, and ${blobs.incoming} has ${shownBytes(freeBytes)} left`,
    );
}

function withoutSpace(error: unknown, blobs: BlobStore): PullError | undefined {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) return undefined;
  return new PullError(`there is no space left in ${blobs.incoming}; what came so far is kept`, { cause: error });
}
