import { ArtifactError } from '../../../artifact/artifact.js';

/** Buckets that have a row, in rising order, as gaps of 7 bits a byte with the lowest first. */
export function encodeBuckets(rowOfBucket: Int32Array, firstRow: number, rows: number): Uint8Array {
  const bytes = new Uint8Array((rows - firstRow) * 5);
  let length = 0;
  let previous = -1;
  for (let bucket = 0; bucket < rowOfBucket.length; bucket++) {
    if (rowOfBucket[bucket]! < 0) continue;
    let gap = bucket - previous - 1;
    for (; gap > 127; gap >>>= 7) bytes[length++] = (gap & 127) | 128;
    bytes[length++] = gap;
    previous = bucket;
  }
  return bytes.slice(0, length);
}

/**
 * Calls `admit` with every bucket, in rising order.
 * @throws ArtifactError if a bucket is past the last.
 */
export function decodeBuckets(bytes: Uint8Array, rowOfBucket: Int32Array, admit: (bucket: number) => void): void {
  let bucket = -1;
  let gap = 0;
  let shift = 0;
  for (const byte of bytes) {
    gap += (byte & 127) * 2 ** shift;
    if (byte > 127) {
      shift += 7;
      if (shift > 28) throw new ArtifactError('A gap between buckets is too long.');
      continue;
    }
    bucket += gap + 1;
    if (bucket >= rowOfBucket.length) throw new ArtifactError(`The bucket ${bucket} is past the last.`);
    admit(bucket);
    gap = 0;
    shift = 0;
  }
}
