import { parentPort } from 'node:worker_threads';
import { MediaError } from '../../media-error.js';
import type { AudioStream } from '../audio.js';
import { openAudioHere } from '../open-here.js';
import type { FromThread, ToThread } from './messages.js';

/*
 * The thread that decodes, mixes and resamples. It holds one sound at a time and works only when a piece is asked for.
 */

const port = parentPort;
if (!port) throw new Error('this module runs as a worker thread');

const post = (message: FromThread, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);

let controller = new AbortController();
let pieces: AsyncIterator<readonly Float32Array[]> | undefined;
let stream: AudioStream | undefined;
/** Messages are answered one after the other. */
let work = Promise.resolve();

/**
 * mpg123-decoder and flac say on the console what is wrong, mpg123-decoder within a loop that a persistent error never
 * leaves. Nobody reads a worker's console; so many complaints in one call end the call instead.
 */
let complaints = 0;
console.error = () => {
  if (++complaints > 200) throw new MediaError('corrupt', 'The decoder found nothing but errors.');
};
console.warn = () => undefined;

port.on('message', (message: ToThread) => {
  if (message.type === 'stop') controller.abort(new Error('stopped'));
  work = work.then(() => answer(message)).catch(fail);
});

async function answer(message: ToThread): Promise<void> {
  complaints = 0;
  switch (message.type) {
    case 'open': {
      controller = new AbortController();
      stream = await openAudioHere(message.source, message.options, controller.signal);
      pieces = stream.chunks[Symbol.asyncIterator]();
      const { chunks: _chunks, damage: _damage, close: _close, ...opened } = stream;
      return post({ type: 'opened', opened });
    }
    case 'pull':
      return pull();
    case 'stop':
      await leave();
      return post({ type: 'stopped' });
  }
}

async function pull(): Promise<void> {
  if (!pieces || !stream) return;
  const next = await pieces.next();
  if (next.done) {
    const { damage } = stream;
    pieces = stream = undefined;
    return post({ type: 'end', damage });
  }
  // A view of a larger buffer would take all of that with it.
  const channels = next.value.map((channel) =>
    channel.byteLength === channel.buffer.byteLength ? channel : channel.slice(),
  );
  post({ type: 'piece', channels }, [...new Set(channels.map((channel) => channel.buffer as ArrayBuffer))]);
}

async function leave(): Promise<void> {
  await pieces?.return?.(undefined);
  await stream?.close();
  pieces = stream = undefined;
}

async function fail(cause: unknown): Promise<void> {
  const kind = cause instanceof MediaError ? cause.kind : undefined;
  const message = cause instanceof Error ? cause.message : String(cause);
  await leave().catch(() => undefined);
  post({ type: 'failed', kind, message });
}
