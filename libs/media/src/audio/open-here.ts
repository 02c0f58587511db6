import { openSource, type ByteSource, type MediaSource } from '../byte-source.js';
import type { Ffmpeg } from '../ffmpeg/find.js';
import { openWithFfmpeg } from '../ffmpeg/audio.js';
import { MediaError } from '../media-error.js';
import {
  recognise,
  RECOGNISE_BYTES,
  type AudioFormat,
  type ContainerFormat,
  type Recognised,
} from '../recognise/recognise.js';
import type { AudioStream } from './audio.js';
import { isCompressedFormat } from './compressed/decoders.js';
import { openCompressed } from './compressed/read.js';
import type { ResampleQuality } from './resample/filter.js';
import { limited, toMono, toRate } from './transform.js';
import { openWav } from './wav/read.js';

export interface AudioOptions {
  /** Changes the rate; the file's own unless told. */
  readonly sampleRateHz?: number;
  /** How the rate is changed; `high` unless told. */
  readonly quality?: ResampleQuality;
  /** Mixes all channels into one. */
  readonly mono?: boolean;
  /** What is accepted; everything that can be read unless told. */
  readonly formats?: readonly (AudioFormat | ContainerFormat)[];
  /** Largest file; 2 GiB unless told. */
  readonly maxBytes?: number;
  /** Longest sound; 4 hours unless told, as Amazon Transcribe accepts. */
  readonly maxDurationMs?: number;
  /** For formats that no decoder here reads; `findFfmpeg` finds it. */
  readonly ffmpeg?: Ffmpeg;
}

const MAX_BYTES = 2 * 2 ** 30;
const MAX_DURATION_MS = 4 * 3_600_000;
/** Rates from below the slowest telephone line to twice the fastest converter in use. */
const MIN_RATE_HZ = 1_000;
const MAX_RATE_HZ = 384_000;

/** Opens a sound in the calling thread; `openAudio` does it in one of its own. */
export async function openAudioHere(
  source: MediaSource,
  options: AudioOptions,
  signal?: AbortSignal,
): Promise<AudioStream> {
  const bytes = await openSource(source, options.maxBytes ?? MAX_BYTES);
  try {
    const found = await recogniseSound(bytes, options);
    const opened = await openFormat(bytes, source, found, options, signal);
    return await whole(opened, bytes, options);
  } catch (cause) {
    await bytes.close();
    throw cause;
  }
}

/** The sound as its caller wants it; what it holds is let go of together. */
async function whole(opened: AudioStream, bytes: ByteSource, options: AudioOptions): Promise<AudioStream> {
  try {
    checkRate(opened.sampleRateHz);
    const stream = shaped(limited(opened, options.maxDurationMs ?? MAX_DURATION_MS), options);
    const close = async () => {
      await opened.close();
      await bytes.close();
    };
    return { ...stream, chunks: closing(stream.chunks, close), close };
  } catch (cause) {
    await opened.close();
    throw cause;
  }
}

type Sound = Exclude<Recognised, { readonly kind: 'image' }>;

async function recogniseSound(bytes: ByteSource, { formats }: AudioOptions): Promise<Sound> {
  if (bytes.sizeBytes === 0) throw new MediaError('corrupt', 'The file is empty.');
  const found = recognise(await bytes.read(0, RECOGNISE_BYTES));
  if (found && found.kind !== 'image' && (formats?.includes(found.format) ?? true)) return found;
  const what = found ? `The file is ${found.format}` : 'The file has no known format of sound';
  throw new MediaError('unsupported', `${what}${formats ? `; accepted are ${formats.join(', ')}` : ''}.`);
}

async function openFormat(
  bytes: ByteSource,
  source: MediaSource,
  found: Sound,
  options: AudioOptions,
  signal?: AbortSignal,
): Promise<AudioStream> {
  const { format } = found;
  if (isCompressedFormat(format)) return openCompressed(bytes, format);
  if (format === 'wav') {
    try {
      return await openWav(bytes);
    } catch (cause) {
      // ffmpeg knows more than a hundred codings of WAV files.
      if (!(cause instanceof MediaError && cause.kind === 'unsupported' && options.ffmpeg)) throw cause;
    }
  }
  return openWithFfmpeg(source, { format, ...options, ...(signal ? { signal } : {}) });
}

function checkRate(sampleRateHz: number): void {
  if (sampleRateHz >= MIN_RATE_HZ && sampleRateHz <= MAX_RATE_HZ) return;
  throw new MediaError('corrupt', `The file says ${sampleRateHz} samples a second, which no sound has.`);
}

function shaped(stream: AudioStream, { mono = false, sampleRateHz, quality }: AudioOptions): AudioStream {
  const mixed = mono ? toMono(stream) : stream;
  return sampleRateHz === undefined ? mixed : toRate(mixed, sampleRateHz, quality);
}

async function* closing<T>(chunks: AsyncIterable<T>, close: () => Promise<void>) {
  try {
    yield* chunks;
  } finally {
    await close();
  }
}
