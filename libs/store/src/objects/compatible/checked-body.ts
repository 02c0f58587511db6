import { Readable } from 'node:stream';
import { BodyDigest } from '../body-digest.js';
import type { Expectations } from '../object-types.js';

/**
 * Sends a body and checks on its way what the caller said about it.
 * @param send sends the bytes; it gets a controller that aborts when the body fails
 * @throws what the body threw, or what does not hold, before the server has all bytes and can keep them
 */
export async function sendChecked<T>(
  body: Readable | Uint8Array,
  expected: Expectations & { readonly signal?: AbortSignal },
  send: (body: Readable | Uint8Array, controller: AbortController) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const leave = () => controller.abort();
  expected.signal?.addEventListener('abort', leave, { once: true });
  try {
    return body instanceof Readable
      ? await sendStream(body, expected, send, controller)
      : await send(checkedBytes(body, expected), controller);
  } finally {
    expected.signal?.removeEventListener('abort', leave);
  }
}

async function sendStream<T>(
  body: Readable,
  expected: Expectations,
  send: (body: Readable, controller: AbortController) => Promise<T>,
  controller: AbortController,
): Promise<T> {
  const checked = Readable.from(checkedChunks(body, expected), { objectMode: false });
  // The client pipes the body and would wait for ever for the rest of one that failed.
  let failure: Error | undefined;
  checked.on('error', (error) => {
    failure ??= error;
    controller.abort();
  });
  try {
    return await send(checked, controller);
  } catch (error) {
    throw failure ?? error;
  } finally {
    checked.destroy();
  }
}

function checkedBytes(bytes: Uint8Array, expected: Expectations): Uint8Array {
  const digest = new BodyDigest(expected);
  digest.update(bytes);
  digest.finish();
  return bytes;
}

/** Passes chunks on, one behind, so that a body that does not hold is never sent whole. */
async function* checkedChunks(body: Readable, expected: Expectations): AsyncGenerator<Uint8Array> {
  const digest = new BodyDigest(expected);
  let held: Uint8Array | undefined;
  for await (const chunk of body) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Uint8Array);
    digest.update(bytes);
    if (held) yield held;
    held = bytes;
  }
  digest.finish();
  if (held) yield held;
}
