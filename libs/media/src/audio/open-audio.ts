import type { Worker } from 'node:worker_threads';
import type { MediaSource } from '../byte-source.js';
import { MediaError } from '../media-error.js';
import type { Audio, AudioStream } from './audio.js';
import type { AudioOptions } from './open-here.js';
import type { FromThread, Opened, ToThread } from './thread/messages.js';
import { giveBack, takeThread } from './thread/threads.js';

export interface OpenAudioOptions extends AudioOptions {
  readonly signal?: AbortSignal;
  /** How long the decoder may work on one piece; 30 s unless told. A decoder that hangs is ended. */
  readonly stallMs?: number;
}

const STALL_MS = 30_000;
/** Pieces that are decoded ahead of the reader. */
const AHEAD = 2;

/**
 * Opens a sound: WAV, MP3, FLAC, Ogg Vorbis and Opus by decoders of our own, everything else (AAC, MP4, AMR, WebM, the sound
 * of a video) by ffmpeg. Decoding, mixing and resampling happen in a worker thread, a little ahead of the reader.
 * @throws MediaError `unsupported`, `corrupt`, `too-large`, `timed-out`, `no-ffmpeg`; here or later, while pieces are read
 */
export async function openAudio(source: MediaSource, options: OpenAudioOptions = {}): Promise<AudioStream> {
  const { signal, stallMs = STALL_MS, ...rest } = options;
  signal?.throwIfAborted();
  const session = new Session(takeThread(), stallMs, signal);
  const opened = await session.open(source, rest);
  const damage: string[] = [];
  return { ...opened, chunks: session.pieces(damage), damage, close: () => session.close() };
}

/**
 * Reads a whole sound.
 * @throws MediaError as `openAudio` does
 */
export async function readAudio(
  source: MediaSource,
  options: OpenAudioOptions = {},
): Promise<Audio & Pick<AudioStream, 'format' | 'damage'>> {
  const stream = await openAudio(source, options);
  const pieces: (readonly Float32Array[])[] = [];
  for await (const piece of stream.chunks) pieces.push(piece);
  const length = pieces.reduce((sum, piece) => sum + piece[0]!.length, 0);
  const channels = Array.from({ length: stream.nChannels }, (_, c) => {
    const channel = new Float32Array(length);
    let at = 0;
    for (const piece of pieces) {
      channel.set(piece[c]!, at);
      at += piece[c]!.length;
    }
    return channel;
  });
  return { sampleRateHz: stream.sampleRateHz, channels, format: stream.format, damage: stream.damage };
}

/** One sound in one thread. */
class Session {
  private readonly arrived: FromThread[] = [];
  private wake: (() => void) | undefined;
  private broken: Error | undefined;
  private over = false;

  constructor(
    private readonly thread: Worker,
    private readonly stallMs: number,
    private readonly signal: AbortSignal | undefined,
  ) {
    thread.on('message', this.onMessage);
    thread.on('error', this.onError);
    thread.on('exit', this.onExit);
    signal?.addEventListener('abort', this.onAbort, { once: true });
  }

  async open(source: MediaSource, options: AudioOptions): Promise<Opened> {
    // A copy of these bytes alone: a view would take all of the buffer behind it along.
    const own = source instanceof Uint8Array ? new Uint8Array(source) : source;
    this.post({ type: 'open', source: own, options }, own instanceof Uint8Array ? [own.buffer] : []);
    const message = await this.next();
    if (message.type !== 'opened') throw this.failure(message);
    return message.opened;
  }

  async *pieces(damage: string[]) {
    try {
      for (let i = 0; i < AHEAD; i++) this.post({ type: 'pull' });
      for (;;) {
        const message = await this.next();
        if (message.type === 'end') {
          damage.push(...message.damage);
          return this.leave();
        }
        if (message.type !== 'piece') throw this.failure(message);
        this.post({ type: 'pull' });
        yield message.channels;
      }
    } finally {
      await this.close();
    }
  }

  async close(): Promise<void> {
    if (!this.over) await this.stop();
  }

  private post(message: ToThread, transfer: readonly ArrayBuffer[] = []): void {
    this.thread.postMessage(message, transfer);
  }

  private async next(): Promise<FromThread> {
    const timer = setTimeout(() => {
      this.break(new MediaError('timed-out', `The decoder gave no answer for ${this.stallMs / 1000} s.`));
    }, this.stallMs);
    try {
      for (;;) {
        const message = this.arrived.shift();
        if (message) return message;
        if (this.broken) throw this.broken;
        await new Promise<void>((resolve) => (this.wake = resolve));
      }
    } finally {
      clearTimeout(timer);
    }
  }

  private failure(message: FromThread): Error {
    this.leave();
    if (message.type !== 'failed') return new Error(`the decoder answered "${message.type}" out of turn`);
    return message.kind ? new MediaError(message.kind, message.message) : new Error(message.message);
  }

  /** Ends a sound that is not read to its end. */
  private async stop(): Promise<void> {
    this.arrived.length = 0;
    this.post({ type: 'stop' });
    try {
      for (let message = await this.next(); message.type !== 'stopped';) message = await this.next();
      this.leave();
    } catch {
      // The thread is gone, and with it the sound.
    }
  }

  private readonly onMessage = (message: FromThread) => {
    this.arrived.push(message);
    this.wake?.();
  };
  private readonly onError = (cause: unknown) => this.break(threadError(cause));
  private readonly onExit = () => this.break(new MediaError('corrupt', 'The decoder ended without an answer.'));
  private readonly onAbort = () => {
    const reason: unknown = this.signal?.reason;
    this.break(reason instanceof Error ? reason : new Error('aborted'));
  };

  /** The thread is ended: what it was doing cannot be interrupted otherwise. */
  private break(cause: Error): void {
    if (this.over) return;
    this.over = true;
    this.broken = cause;
    this.signal?.removeEventListener('abort', this.onAbort);
    this.thread.postMessage({ type: 'stop' } satisfies ToThread);
    // A program that the thread started is told first.
    setTimeout(() => void this.thread.terminate(), 50).unref();
    this.arrived.length = 0;
    this.wake?.();
  }

  private leave(): void {
    if (this.over) return;
    this.over = true;
    this.signal?.removeEventListener('abort', this.onAbort);
    this.thread.off('message', this.onMessage).off('error', this.onError).off('exit', this.onExit);
    giveBack(this.thread);
  }
}

function threadError(cause: unknown): Error {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY')
    return new MediaError('too-large', 'Decoding the sound took too much memory.');
  return new MediaError('corrupt', `The decoder failed: ${cause instanceof Error ? cause.message : String(cause)}.`, {
    cause,
  });
}
