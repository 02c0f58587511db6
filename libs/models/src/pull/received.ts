import type { IncomingMessage } from 'node:http';

/** Bytes that may wait to be written. */
const MAX_WAITING_BYTES = 1 << 20;

/**
 * A body's bytes as they arrive, gathered from now on. Iterating the body itself would drop, when a connection breaks,
 * what has arrived and was not read yet: on a bad line that is everything.
 * @throws (while iterated) the connection's error, after all that came before it
 */
export function received(body: IncomingMessage): AsyncIterable<Buffer> {
  const waiting: Buffer[] = [];
  let waitingBytes = 0;
  let end: { readonly error?: Error } | undefined;
  let wake = () => {};
  const finish = (error?: Error) => {
    end ??= error ? { error } : {};
    wake();
  };
  body.on('data', (chunk: Buffer) => {
    waiting.push(chunk);
    waitingBytes += chunk.length;
    if (waitingBytes > MAX_WAITING_BYTES) body.pause();
    wake();
  });
  body.on('end', () => finish());
  body.on('error', finish);
  body.on('close', () => finish(body.complete ? undefined : new Error('the connection was closed: aborted')));
  return inTurn();

  async function* inTurn(): AsyncGenerator<Buffer> {
    while (true) {
    const chunk = waiting.shift();
    if (chunk) {
      waitingBytes -= chunk.length;
      if (waitingBytes <= MAX_WAITING_BYTES / 2 && body.isPaused()) body.resume();
      yield chunk;
    } else if (end?.error) throw end.error;
    else if (end) return;
    else await new Promise<void>((resolve) => (wake = resolve));
  }
}
}
