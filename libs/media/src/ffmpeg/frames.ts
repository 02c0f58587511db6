import type { MediaSource } from '../byte-source.js';
import type { Image } from '../image/image.js';
import { MediaError } from '../media-error.js';
import type { AudioFormat, ContainerFormat } from '../recognise/recognise.js';
import type { Ffmpeg } from './find.js';
import { asFile, inputArguments } from './input.js';
import { needFfmpeg, probeFile, recogniseMedia, type ProbeOptions, type VideoStream } from './probe.js';
import { FfmpegRun } from './run.js';
import { frameModeOption } from './version.js';

/**
 * Which frames of a video:
 * - `all`
 * - `perSecond`: of each stretch of 1 / perSecond seconds its first frame
 * - `atMs`: for each instant, in rising order, the frame that is shown then (the last one where the video has ended)
 */
export type FrameChoice = 'all' | { readonly perSecond: number } | { readonly atMs: readonly number[] };

export interface FrameOptions extends ProbeOptions {
  readonly frames: FrameChoice;
  /** Frames are made smaller so that neither side is longer; ratios stay. 1280 unless told. */
  readonly maxSidePx?: number;
  /** Pixels of a frame in the file; 36 million (8K) unless told. */
  readonly maxPixels?: number;
  /** Longest video; 6 hours unless told, as Amazon Rekognition accepts. */
  readonly maxDurationMs?: number;
}

/** One picture of a video. */
export interface VideoFrame {
  /** When it is shown, from the video's beginning. */
  readonly atMs: number;
  /** As it is seen: turned, with square pixels. */
  readonly image: Image;
}

/** Pictures of a video, one after the other. */
export interface VideoFrames {
  readonly format: ContainerFormat | AudioFormat;
  readonly video: VideoStream;
  readonly durationMs?: number;
  /** Of each frame given out. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** To be read once; ffmpeg waits while nobody reads. Leaving the loop ends it. */
  readonly frames: AsyncIterable<VideoFrame>;
  /** Lets go of what the video holds. Reading to the end, or leaving the loop, does it too; only a video that is never read needs it. */
  readonly close: () => Promise<void>;
}

const MAX_SIDE_PX = 1280;
const MAX_PIXELS = 36_000_000;
const MAX_DURATION_MS = 6 * 3_600_000;
const MAX_BYTES = 16 * 2 ** 30;

/**
 * Opens a video for its frames. ffmpeg decodes, a process of its own; a frame is in memory only while it is looked at.
 * @throws MediaError `no-ffmpeg`, `unsupported` where there is no picture, `corrupt`, `too-large`, `timed-out`; here or
 *   while frames are read
 */
export async function openFrames(source: MediaSource, options: FrameOptions): Promise<VideoFrames> {
  const choice = checkChoice(options.frames);
  const format = await recogniseMedia(source, options.maxBytes ?? MAX_BYTES);
  const ffmpeg = needFfmpeg(options.ffmpeg, format);
  const file = await asFile(source);
  try {
    const { durationMs, streams } = await probeFile(file.path, format, ffmpeg, options);
    const video = streams.find((stream) => stream.kind === 'video');
    if (!video) throw new MediaError('unsupported', `There is no picture in the ${format} file.`);
    checkSize(video, durationMs, options);
    const size = shownSize(video, options.maxSidePx ?? MAX_SIDE_PX);
    const reader = new FrameReader(file.path, format, ffmpeg, size, options);
    const frames = removing(
      choice === 'all' || 'perSecond' in choice ? reader.stream(choice) : reader.instants(choice.atMs, durationMs),
      file.remove,
    );
    return { format, video, ...(durationMs === undefined ? {} : { durationMs }), ...size, frames, close: file.remove };
  } catch (cause) {
    await file.remove();
    throw cause;
  }
}

function checkChoice(choice: FrameChoice): FrameChoice {
  if (choice === 'all') return choice;
  if ('perSecond' in choice) {
    if (choice.perSecond > 0 && choice.perSecond <= 1000) return choice;
    throw new RangeError(`${choice.perSecond} frames a second cannot be`);
  }
  choice.atMs.forEach((at, i) => {
    if (!(at >= 0 && at < 1e10) || at < (choice.atMs[i - 1] ?? 0))
      throw new RangeError('instants are to be 0 or more, and rise');
  });
  return choice;
}

function checkSize({ widthPx, heightPx }: VideoStream, durationMs: number | undefined, options: FrameOptions): void {
  const { maxPixels = MAX_PIXELS, maxDurationMs = MAX_DURATION_MS } = options;
  if (widthPx * heightPx > maxPixels) {
    throw new MediaError(
      'too-large',
      `The video has ${widthPx} x ${heightPx} pixels; at most ${maxPixels} are accepted.`,
    );
  }
  if ((durationMs ?? 0) > maxDurationMs) {
    throw new MediaError(
      'too-large',
      `The video lasts ${Math.round(durationMs! / 1000)} s; at most ${maxDurationMs / 1000} s are accepted.`,
    );
  }
}

function shownSize({ widthPx, heightPx }: VideoStream, maxSidePx: number): { widthPx: number; heightPx: number } {
  const scale = Math.min(1, maxSidePx / Math.max(widthPx, heightPx));
  const side = (px: number) => Math.max(1, Math.round(px * scale));
  return { widthPx: side(widthPx), heightPx: side(heightPx) };
}

async function* removing(frames: AsyncIterable<VideoFrame>, remove: () => Promise<void>) {
  try {
    yield* frames;
  } finally {
    await remove();
  }
}

class FrameReader {
  constructor(
    private readonly path: string,
    private readonly format: AudioFormat | ContainerFormat,
    private readonly ffmpeg: Ffmpeg,
    private readonly size: { readonly widthPx: number; readonly heightPx: number },
    private readonly options: FrameOptions,
  ) {}

  /** Frames in one run. */
  async *stream(choice: 'all' | { readonly perSecond: number }) {
    let any = false;
    const { maxDurationMs = MAX_DURATION_MS } = this.options;
    const select = choice === 'all' ? [] : [selectPerSecond(choice.perSecond)];
    for await (const frame of this.run([], select, [])) {
      any = true;
      if (frame.atMs > maxDurationMs) {
        throw new MediaError(
          'too-large',
          `The video is longer than ${maxDurationMs / 1000} s, which is the most accepted.`,
        );
      }
      yield frame;
    }
    if (!any) throw new MediaError('corrupt', 'No frame of the video decodes.');
  }

  /** A run for each instant, which begins at the key frame before it. */
  async *instants(atMs: readonly number[], durationMs: number | undefined) {
    let last: VideoFrame | undefined;
    for (const at of atMs) {
      const frame = (await this.shownAt(at)) ?? (await this.lastFrame(durationMs)) ?? last;
      if (!frame) throw new MediaError('corrupt', `No frame of the video decodes at ${at} ms.`);
      last = frame;
      yield frame;
    }
  }

  /** The frame that is shown at an instant is the last one that begins at or before it. */
  private async shownAt(at: number): Promise<VideoFrame | undefined> {
    // Seeking gives the first frame at or after the instant sought: a little earlier, and the right one among a few.
    const from = Math.max(0, at - 500);
    let shown: VideoFrame | undefined;
    for await (const frame of this.run(['-ss', seconds(from)], [], ['-t', '2'])) {
      const atMs = frame.atMs + from;
      if (atMs > at + 0.5 && shown) break;
      shown = { ...frame, atMs };
      if (atMs > at + 0.5) break;
    }
    return shown;
  }

  private async lastFrame(durationMs = 0): Promise<VideoFrame | undefined> {
    for (const back of [1000, 10_000]) {
      const from = Math.max(0, durationMs - back);
      let last: VideoFrame | undefined;
      for await (const frame of this.run(['-ss', seconds(from)], [], [])) last = { ...frame, atMs: frame.atMs + from };
      if (last) return last;
    }
    return undefined;
  }

  /** One run of ffmpeg: each frame's pixels from its output, each frame's time from its words. */
  private async *run(
    seek: readonly string[],
    filters: readonly string[],
    limit: readonly string[],
  ): AsyncGenerator<VideoFrame> {
    const { widthPx, heightPx } = this.size;
    const times = new Times();
    const pixels = String(this.options.maxPixels ?? MAX_PIXELS);
    const chain = [...filters, `scale=${widthPx}:${heightPx}:flags=area`, 'format=rgb24', 'showinfo'].join(',');
    const args = [
      ...['-hide_banner', '-nostdin', '-nostats', '-threads', '2', '-max_pixels', pixels, ...seek],
      ...inputArguments(this.path, this.format),
      ...[
        '-map',
        '0:v:0',
        '-an',
        '-sn',
        '-dn',
        ...limit,
        '-vf',
        chain,
        frameModeOption(this.ffmpeg.banner),
        'passthrough',
        '-f',
        'rawvideo',
        'pipe:1',
      ],
    ];
    const run = new FfmpegRun(this.ffmpeg, this.ffmpeg.program, args, this.path, this.options, (line) =>
      times.read(line),
    );
    try {
      for await (const data of blocks(run.output(), widthPx * heightPx * 3)) {
        const atMs = await times.next();
        yield { atMs, image: { width: widthPx, height: heightPx, channels: 3, data } };
      }
    } finally {
      run.stop();
    }
  }
}

const seconds = (ms: number) => (ms / 1000).toFixed(3);

/** Frames whose stretch of time is another than that of the frame chosen before. */
function selectPerSecond(perSecond: number): string {
  return `select='isnan(prev_selected_t)+gt(floor(t*${perSecond}+0.0001),floor(prev_selected_t*${perSecond}+0.0001))'`;
}

/** The times that ffmpeg's showinfo filter says, in the order of the frames. */
class Times {
  private readonly known: number[] = [];
  private wake: (() => void) | undefined;
  private before = 0;

  read(line: string): void {
    const time = /^\[Parsed_showinfo[^\]]*\] n: *\d+ pts: *\S+ pts_time:(\S+)/.exec(line)?.[1];
    if (time === undefined) return;
    const ms = Number(time) * 1000;
    this.known.push(Number.isFinite(ms) ? ms : NaN);
    this.wake?.();
  }

  /** Words and pixels come on two ways, so a frame may be here before its time is. */
  async next(): Promise<number> {
    for (let waits = 0; this.known.length === 0; waits++) {
      if (waits > 100) return this.before;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 100);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    const ms = this.known.shift()!;
    // A frame without a time is shown with the one before it.
    if (!Number.isNaN(ms)) this.before = ms;
    return this.before;
  }
}

/** Bytes in pieces of any size as blocks of one size; a last one that is not whole is dropped. */
async function* blocks(pieces: AsyncIterable<Buffer>, size: number) {
  let block = new Uint8Array(size);
  let filled = 0;
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length;) {
      const n = Math.min(size - filled, piece.length - at);
      block.set(piece.subarray(at, at + n), filled);
      at += n;
      filled += n;
      if (filled < size) continue;
      yield block;
      block = new Uint8Array(size);
      filled = 0;
    }
  }
}
