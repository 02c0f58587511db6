import { openSource, type MediaSource } from '../byte-source.js';
import { MediaError } from '../media-error.js';
import { recognise, RECOGNISE_BYTES, type AudioFormat, type ContainerFormat } from '../recognise/recognise.js';
import { FFMPEG_ADVICE, type Ffmpeg } from './find.js';
import { asFile, inputArguments } from './input.js';
import { parseFfmpegWords } from './probe-words.js';
import { parseProbeJson } from './probe-json.js';
import { FfmpegRun, type FfmpegLimits } from './run.js';

export interface VideoStream {
  readonly kind: 'video';
  /** ffmpeg's name, e.g. `h264`. */
  readonly codec: string;
  /** As it is seen: after rotation, with square pixels. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** Clockwise turn that a player applies: 0, 90, 180 or 270. Frames come turned already. */
  readonly rotationDegrees: number;
  readonly framesPerSecond?: number;
}

export interface SoundStream {
  readonly kind: 'audio';
  /** ffmpeg's name, e.g. `aac`. */
  readonly codec: string;
  readonly sampleRateHz: number;
  readonly nChannels: number;
}

/** What a file says about itself. */
export interface MediaProbe {
  readonly format: AudioFormat | ContainerFormat;
  readonly durationMs?: number;
  /** In the file's order; pictures that only decorate a sound file are left out. */
  readonly streams: readonly (VideoStream | SoundStream)[];
}

export interface ProbeOptions extends FfmpegLimits {
  readonly ffmpeg?: Ffmpeg;
  /** Largest file; 16 GiB unless told. */
  readonly maxBytes?: number;
}

const MAX_BYTES = 16 * 2 ** 30;
/** A description of a file with a thousand streams. */
const MAX_DESCRIPTION_BYTES = 8 * 2 ** 20;

/**
 * Reads what a sound or video file says about itself, decoding nothing that can be avoided.
 * @throws MediaError `no-ffmpeg`, `unsupported`, `corrupt`, `too-large`, `timed-out`
 */
export async function probeMedia(source: MediaSource, options: ProbeOptions): Promise<MediaProbe> {
  const format = await recogniseMedia(source, options.maxBytes ?? MAX_BYTES);
  const ffmpeg = needFfmpeg(options.ffmpeg, format);
  const file = await asFile(source);
  try {
    return await probeFile(file.path, format, ffmpeg, options);
  } finally {
    await file.remove();
  }
}

/** @throws MediaError('no-ffmpeg') */
export function needFfmpeg(ffmpeg: Ffmpeg | undefined, format: string): Ffmpeg {
  if (!ffmpeg) throw new MediaError('no-ffmpeg', `Reading ${format} takes ffmpeg, and there is none. ${FFMPEG_ADVICE}`);
  return ffmpeg;
}

/** The format of a sound or video file, from its content. @throws MediaError */
export async function recogniseMedia(source: MediaSource, maxBytes: number): Promise<AudioFormat | ContainerFormat> {
  const bytes = await openSource(source, maxBytes);
  try {
    if (bytes.sizeBytes === 0) throw new MediaError('corrupt', 'The file is empty.');
    const found = recognise(await bytes.read(0, RECOGNISE_BYTES));
    if (found && found.kind !== 'image') return found.format;
    throw new MediaError(
      'unsupported',
      found ? `The file is ${found.format}.` : 'The file has no known format of sound or video.',
    );
  } finally {
    await bytes.close();
  }
}

/** Probes a file whose format is known. */
export async function probeFile(
  path: string,
  format: AudioFormat | ContainerFormat,
  ffmpeg: Ffmpeg,
  limits: FfmpegLimits,
): Promise<MediaProbe> {
  if (ffmpeg.probeProgram !== undefined) {
    const args = [
      '-hide_banner',
      '-v',
      'error',
      '-print_format',
      'json',
      '-show_format',
      '-show_streams',
      ...inputArguments(path, format),
    ];
    const run = new FfmpegRun(ffmpeg, ffmpeg.probeProgram, args, path, limits);
    return { format, ...parseProbeJson(await run.text(MAX_DESCRIPTION_BYTES)) };
  }
  const lines: string[] = [];
  const run = new FfmpegRun(
    ffmpeg,
    ffmpeg.program,
    ['-hide_banner', '-nostdin', ...inputArguments(path, format)],
    path,
    limits,
    (line) => {
      if (lines.length < 10_000) lines.push(line);
    },
  );
  try {
    await run.text(MAX_DESCRIPTION_BYTES);
  } catch (cause) {
    // Without an output to write, ffmpeg describes its input and ends in an error; another error describes nothing.
    if (!lines.some((line) => line.startsWith('Input #0'))) throw cause;
  }
  return { format, ...parseFfmpegWords(lines) };
}
