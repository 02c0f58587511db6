import { MediaError } from '../../media-error.js';
import { compandingTable } from './companding.js';
import type { WavHeader } from './header.js';
import { decodeImaAdpcm } from './ima-adpcm.js';

/** Turns whole frames (or whole blocks) of the data chunk into [channel][sample], -1 to 1. */
export type SampleReader = (bytes: Uint8Array) => Float32Array[];

/** One sample at a byte position. */
type ReadSample = (bytes: Uint8Array, at: number) => number;

/**
 * The reader for a file's coding. Integers are scaled by half their container's range: a coding with fewer valid bits than
 * its container has them at the upper end (Microsoft's "Multiple channel audio data and WAVE files").
 * @throws MediaError('unsupported') for a coding that is not read here
 */
export function sampleReader(header: WavHeader): SampleReader {
  const { coding, nChannels, sampleBytes, blockBytes, littleEndian } = header;
  if (coding === 'ima-adpcm') return (bytes) => decodeImaAdpcm(bytes, blockBytes, nChannels);
  const one = coding && oneSample(coding, sampleBytes, littleEndian);
  if (!one) {
    throw new MediaError('unsupported', `The WAV file's coding 0x${header.formatTag.toString(16)} is not read here.`);
  }
  return (bytes) => {
    const nFrames = Math.floor(bytes.length / blockBytes);
    return Array.from({ length: nChannels }, (_, c) => {
      const channel = new Float32Array(nFrames);
      for (let i = 0, at = c * sampleBytes; i < nFrames; i++, at += blockBytes) channel[i] = one(bytes, at);
      return channel;
    });
  };
}

function oneSample(
  coding: NonNullable<WavHeader['coding']>,
  sampleBytes: number,
  littleEndian: boolean,
): ReadSample | undefined {
  if (coding === 'a-law' || coding === 'mu-law') {
    const table = compandingTable(coding);
    return (bytes, at) => table[bytes[at]!]!;
  }
  if (coding === 'float') return floatReader(sampleBytes, littleEndian);
  if (coding === 'integer') return littleEndian ? littleEndianInteger[sampleBytes] : bigEndianInteger[sampleBytes];
  return undefined;
}

/** Integers of one byte have their zero at 128, longer ones are in two's complement. */
const littleEndianInteger: Readonly<Record<number, ReadSample>> = {
  1: (b, at) => (b[at]! - 128) / 128,
  2: (b, at) => ((b[at]! << 16) | (b[at + 1]! << 24)) / 2 ** 31,
  3: (b, at) => ((b[at]! << 8) | (b[at + 1]! << 16) | (b[at + 2]! << 24)) / 2 ** 31,
  4: (b, at) => (b[at]! | (b[at + 1]! << 8) | (b[at + 2]! << 16) | (b[at + 3]! << 24)) / 2 ** 31,
};
const bigEndianInteger: Readonly<Record<number, ReadSample>> = {
  1: (b, at) => (b[at]! - 128) / 128,
  2: (b, at) => ((b[at]! << 24) | (b[at + 1]! << 16)) / 2 ** 31,
  3: (b, at) => ((b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8)) / 2 ** 31,
  4: (b, at) => ((b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!) / 2 ** 31,
};

/** Not-a-number and infinity have no sound; a file that holds them is read as silent there. */
function floatReader(sampleBytes: number, littleEndian: boolean): ReadSample {
  const view = new DataView(new ArrayBuffer(8));
  return (bytes, at) => {
    for (let i = 0; i < sampleBytes; i++) view.setUint8(i, bytes[at + i]!);
    const value = sampleBytes === 8 ? view.getFloat64(0, littleEndian) : view.getFloat32(0, littleEndian);
    return Number.isFinite(value) ? value : 0;
  };
}
