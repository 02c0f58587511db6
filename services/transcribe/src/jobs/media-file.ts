import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { openAudio, recognise, RECOGNISE_BYTES, type Ffmpeg, type Recognised } from '@lantern/media';
import type { ObjectRef, ObjectStore } from '@lantern/store';
import type { MediaFormat } from '../api/index.js';
import { speechSampleRateHz } from '../recognition/speech-engine.js';

type SoundFormat = Exclude<Recognised, { readonly kind: 'image' }>['format'];

/** What a file is → AWS's name for it; what is not listed AWS does not accept. */
const mediaFormats: Partial<Readonly<Record<SoundFormat, MediaFormat>>> = {
  wav: 'wav',
  mp3: 'mp3',
  flac: 'flac',
  'ogg-vorbis': 'ogg',
  'ogg-opus': 'ogg',
  'ogg-flac': 'ogg',
  ogg: 'ogg',
  amr: 'amr',
  mp4: 'mp4',
  matroska: 'webm',
};

/** The formats that jobs accept, by the names of `libs/media`. */
const accepted = Object.keys(mediaFormats).filter((format): format is SoundFormat => format in mediaFormats);

/** A media file on this machine, with what its header says. */
export interface MediaFile {
  readonly path: string;
  readonly mediaFormat: MediaFormat | undefined;
  readonly sampleRateHz: number;
  readonly nChannels: number;
  /** Where the header says it. */
  readonly durationMs: number | undefined;
}

export interface ReadOptions {
  readonly ffmpeg: Ffmpeg | undefined;
  readonly signal: AbortSignal;
}

/** Copies an object into a file, whatever its size. @throws what the store throws */
export async function downloadObject(objects: ObjectStore, ref: ObjectRef, path: string, signal: AbortSignal) {
  const { body } = await objects.get(ref, { signal });
  await pipeline(body, createWriteStream(path), { signal });
}

/**
 * What a media file is.
 * @throws MediaError
 */
export async function inspectMedia(path: string, { ffmpeg, signal }: ReadOptions): Promise<MediaFile> {
  const recognised = recognise(await headOf(path));
  const stream = await openAudio({ path }, { formats: accepted, signal, ...(ffmpeg && { ffmpeg }) });
  // The decoder's thread is given back when the pieces were begun and left.
  for await (const piece of stream.chunks) if (piece.length > 0) break;
  return {
    path,
    mediaFormat: recognised && recognised.kind !== 'image' ? mediaFormats[recognised.format] : undefined,
    sampleRateHz: stream.sampleRateHz,
    nChannels: stream.nChannels,
    durationMs: stream.durationMs,
  };
}

/** Whether the format that a customer names is that of the file: M4A is MP4. */
export const isFormat = (named: MediaFormat, found: MediaFormat | undefined): boolean =>
  (named === 'm4a' ? 'mp4' : named) === found;

/**
 * The samples of a channel as engines take them, in pieces of up to about a second; decoding and resampling happen in a thread.
 * @param channel from 0; undefined mixes all of them
 * @throws MediaError
 */
export async function* speechSamples(
  path: string,
  channel: number | undefined,
  { ffmpeg, signal }: ReadOptions,
): AsyncGenerator<Float32Array> {
  const shape = { sampleRateHz: speechSampleRateHz, mono: channel === undefined };
  const stream = await openAudio({ path }, { ...shape, formats: accepted, signal, ...(ffmpeg && { ffmpeg }) });
  for await (const channels of stream.chunks) {
    const samples = channels[channel ?? 0];
    if (samples && samples.length > 0) yield samples;
  }
}

async function headOf(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(RECOGNISE_BYTES), 0, RECOGNISE_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
