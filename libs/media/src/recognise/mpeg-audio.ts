import type { Recognised } from './recognise.js';
import { matches } from './signature.js';

/** Kilobits per second by [version 1 | version 2 and 2.5][layer 1, 2, 3][index]; ISO/IEC 11172-3 and 13818-3. */
const bitRates = [
  [
    [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
    [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
    [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  ],
  [
    [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  ],
] as const;
const rates = [44_100, 48_000, 32_000] as const;

/** The header of one MPEG audio frame. */
export interface MpegFrame {
  readonly layer: 1 | 2 | 3;
  readonly sampleRateHz: number;
  readonly nChannels: 1 | 2;
  /** Header included; 0 where the stream does not say ("free format"). */
  readonly sizeBytes: number;
}

/** Reads the frame header at `at`. @returns undefined where none stands there */
export function readMpegFrame(bytes: Uint8Array, at: number): MpegFrame | undefined {
  const [b0, b1, b2, b3] = bytes.subarray(at, at + 4);
  if (b3 === undefined || b0 !== 0xff || b1 === undefined || b2 === undefined || (b1 & 0xe0) !== 0xe0) return undefined;
  const version = (b1 >> 3) & 3; // 3 is version 1, 2 is version 2, 0 is version 2.5
  const layerBits = (b1 >> 1) & 3; // 3 is layer 1, 1 is layer 3
  const rateIndex = (b2 >> 2) & 3;
  const bitRateIndex = b2 >> 4;
  if (version === 1 || layerBits === 0 || rateIndex === 3 || bitRateIndex === 15) return undefined;

  const layer = layerBits === 3 ? 1 : layerBits === 2 ? 2 : 3;
  const first = version === 3;
  const sampleRateHz = rates[rateIndex as 0 | 1 | 2] / (first ? 1 : version === 2 ? 2 : 4);
  const bitsPerSecond = (bitRates[first ? 0 : 1][layer - 1]![bitRateIndex] ?? 0) * 1000;
  const padding = (b2 >> 1) & 1;
  const samples = layer === 1 ? 384 : layer === 3 && !first ? 576 : 1152;
  const slot = layer === 1 ? 4 : 1;
  const sizeBytes =
    bitsPerSecond === 0 ? 0 : (Math.floor(((samples / 8) * bitsPerSecond) / sampleRateHz / slot) + padding) * slot;
  return { layer, sampleRateHz, nChannels: b3 >> 6 === 3 ? 1 : 2, sizeBytes };
}

/** Bytes that an ID3v2 tag takes at the beginning, its header included; 0 without one. The size is in 7-bit bytes. */
export function id3Size(head: Uint8Array): number {
  if (!matches(head, { offset: 0, bytes: Buffer.from('ID3') }) || head.length < 10) return 0;
  const footer = (head[5]! & 0x10) !== 0 ? 10 : 0;
  return 10 + footer + ((head[6]! & 127) << 21) + ((head[7]! & 127) << 14) + ((head[8]! & 127) << 7) + (head[9]! & 127);
}

/**
 * MP3 and raw AAC have no magic number: a sync word is 11 or 12 bits that noise has too. A tag, or a frame that another of
 * the same kind follows where the first says that it ends, is taken as proof.
 */
export function recogniseMpegAudio(head: Uint8Array): Recognised | undefined {
  const tag = id3Size(head);
  // A tag longer than the head hides the frames; FLAC and AAC files with ID3 tags exist, MP3 is by far the likeliest.
  if (tag > 0 && tag + 8 > head.length) return { kind: 'audio', format: 'mp3' };
  if (matches(head, { offset: tag, bytes: Buffer.from('fLaC') })) return { kind: 'audio', format: 'flac' };
  if (isAdts(head, tag)) return { kind: 'audio', format: 'aac' };
  // Encoders pad and editors cut within a frame, so the first frame may stand a little later.
  for (let at = tag; at < Math.min(tag + 2048, head.length - 4); at++) {
    const frame = readMpegFrame(head, at);
    if (!frame || frame.sizeBytes === 0) continue;
    const next = at + frame.sizeBytes;
    const second = readMpegFrame(head, next);
    const follows = second?.layer === frame.layer && second.sampleRateHz === frame.sampleRateHz;
    if (follows || (tag > 0 && at === tag)) return { kind: 'audio', format: 'mp3' };
  }
  return tag > 0 ? { kind: 'audio', format: 'mp3' } : undefined;
}

/** AAC in ADTS frames (ISO/IEC 14496-3, 1.A.2.2): 12 sync bits, layer 0, a 13-bit frame length that leads to the next frame. */
function isAdts(head: Uint8Array, at: number): boolean {
  const sync = (i: number) => head[i] === 0xff && ((head[i + 1] ?? 0) & 0xf6) === 0xf0;
  if (!sync(at) || head.length < at + 7) return false;
  const length = ((head[at + 3]! & 3) << 11) | (head[at + 4]! << 3) | (head[at + 5]! >> 5);
  return length > 7 && (sync(at + length) || at + length >= head.length);
}
