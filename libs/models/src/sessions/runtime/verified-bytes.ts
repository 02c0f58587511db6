import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { LoadFailed } from './load-failed.js';
import type { ModelSource } from './load-request.js';

/**
 * A model's bytes, after they were compared with its digest: what is loaded is what was asked for.
 * @param digest SHA-256, lower-case hexadecimal
 * @throws LoadFailed where the file cannot be read, or holds something else
 */
export async function verifiedBytes(source: ModelSource, digest: string): Promise<Uint8Array> {
  let bytes: Uint8Array;
  if ('path' in source) {
    try {
      bytes = await readFile(source.path);
    } catch (cause) {
      throw new LoadFailed('missing', cause instanceof Error ? cause.message : String(cause));
    }
  } else {
    // The runtime's binding refuses shared memory, in which the bytes reach every worker without a copy.
    const { bytes: given } = source;
    bytes = given.buffer instanceof ArrayBuffer ? given : given.slice();
  }
  const actual = createHash('sha256').update(bytes).digest('hex');
  if (actual !== digest) throw new LoadFailed('digest', `the file's SHA-256 is ${actual}`);
  return bytes;
}
