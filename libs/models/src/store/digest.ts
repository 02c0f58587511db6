import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** A text that should name content, and does not. */
export class DigestError extends Error {
  constructor(text: string) {
    super(`${JSON.stringify(text.slice(0, 100))} is not a SHA-256 digest: 64 lower-case hexadecimal digits`);
    this.name = 'DigestError';
  }
}

/** @throws DigestError; whatever becomes part of a path passes through here first */
export function checkedSha256(text: string): string {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new DigestError(text);
  return text;
}

/** The digest that names a model: SHA-256 over the digests of its files, in the manifest's order. */
export const digestOfFiles = (files: readonly { readonly sha256: string }[]): string =>
  createHash('sha256')
    .update(files.map(({ sha256 }) => sha256).join('\n'))
    .digest('hex');

/** SHA-256 and length of a file, read in pieces. */
export async function hashFile(path: string, signal?: AbortSignal): Promise<{ sha256: string; sizeBytes: number }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20, ...(signal && { signal }) })) {
    hash.update(chunk as Buffer);
    sizeBytes += (chunk as Buffer).length;
  }
  return { sha256: hash.digest('hex'), sizeBytes };
}
