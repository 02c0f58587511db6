import { setImmediate } from 'node:timers/promises';

const COPY_BYTES = 4 * 2 ** 20;

/**
 * Bytes in shared memory, which reach every thread without a copy; those that are there already stay where they are. The copy
 * is made in pieces, so that the event loop goes on.
 */
export async function sharedBytes(bytes: Uint8Array): Promise<Uint8Array> {
  if (bytes.buffer instanceof SharedArrayBuffer) return bytes;
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.byteLength));
  for (let offset = 0; offset < bytes.byteLength; offset += COPY_BYTES) {
    if (offset > 0) await setImmediate();
    shared.set(bytes.subarray(offset, offset + COPY_BYTES), offset);
  }
  return shared;
}
