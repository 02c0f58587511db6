import type { MediaProbe, SoundStream, VideoStream } from './probe.js';
import { seenSize } from './seen-size.js';

/** ffmpeg's names of channel layouts (libavutil/channel_layout) with their numbers of channels. */
const layouts: Readonly<Record<string, number>> = {
  mono: 1,
  stereo: 2,
  downmix: 2,
  '2.1': 3,
  '3.0': 3,
  '3.0(back)': 3,
  '4.0': 4,
  quad: 4,
  'quad(side)': 4,
  '3.1': 4,
  '5.0': 5,
  '5.0(side)': 5,
  '4.1': 5,
  '5.1': 6,
  '5.1(side)': 6,
  '6.0': 6,
  '6.0(front)': 6,
  hexagonal: 6,
  '6.1': 7,
  '6.1(back)': 7,
  '6.1(front)': 7,
  '7.0': 7,
  '7.0(front)': 7,
  '7.1': 8,
  '7.1(wide)': 8,
  '7.1(wide-side)': 8,
  octagonal: 8,
};

/** Reads what `ffmpeg -i` says about its input, for installations without ffprobe. Tags cannot pass for it: they are indented. */
export function parseFfmpegWords(lines: readonly string[]): Omit<MediaProbe, 'format'> {
  let durationMs: number | undefined;
  const streams: (VideoStream | SoundStream)[] = [];
  for (const [i, line] of lines.entries()) {
    const duration = /^ {2}Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)/.exec(line);
    if (duration) durationMs = (Number(duration[1]) * 3600 + Number(duration[2]) * 60 + Number(duration[3])) * 1000;
    const stream = /^ {2,4}Stream #0:\d+\S*: (Video|Audio): (\S+?),? (.*)$/.exec(line);
    if (!stream) continue;
    const [, kind, codec = '', rest = ''] = stream;
    const found = kind === 'Video' ? toVideo(codec, rest, ownLines(lines, i)) : toSound(codec, rest);
    if (found) streams.push(found);
  }
  return { ...(durationMs === undefined ? {} : { durationMs }), streams };
}

/** The lines that belong to the stream in line `i`: up to the next stream. */
function ownLines(lines: readonly string[], i: number): readonly string[] {
  const next = lines.findIndex((line, at) => at > i && /^ {2,4}Stream #/.test(line));
  return lines.slice(i + 1, next < 0 ? undefined : next);
}

function toVideo(codec: string, rest: string, own: readonly string[]): VideoStream | undefined {
  const size = /(?:^|, |\) )(\d+)x(\d+)(?: \[SAR (\d+:\d+)|,|$| )/.exec(rest);
  if (!size || rest.includes('(attached pic)')) return undefined;
  const matrix = own.map((line) => /displaymatrix: rotation of (-?[\d.]+) degrees/.exec(line)?.[1]).find(Boolean);
  const tag = own.map((line) => /^\s+rotate\s+: (-?\d+)$/.exec(line)?.[1]).find(Boolean);
  const clockwise = matrix === undefined ? Number(tag ?? 0) : -Number(matrix);
  const rate = /, ([\d.]+)(k?) fps/.exec(rest);
  return {
    kind: 'video',
    codec,
    ...seenSize(Number(size[1]), Number(size[2]), size[3] ?? '1:1', clockwise),
    ...(rate ? { framesPerSecond: Number(rate[1]) * (rate[2] === 'k' ? 1000 : 1) } : {}),
  };
}

function toSound(codec: string, rest: string): SoundStream | undefined {
  const found = /(?:^|, |\) )(\d+) Hz, ([^,]+)/.exec(rest);
  if (!found) return undefined;
  const layout = found[2]!.trim();
  const nChannels = layouts[layout] ?? Number(/^(\d+) channels/.exec(layout)?.[1] ?? 0);
  return nChannels > 0 ? { kind: 'audio', codec, sampleRateHz: Number(found[1]), nChannels } : undefined;
}
