import { MediaError } from '../../media-error.js';

/*
 * IMA ADPCM as Microsoft puts it into WAV files ("IMA Digital Audio Focus and Technical Working Groups: Recommended
 * Practices", 1992, revision 3.00; RFC 2361, tag 0x11). wavefile decodes it too, but leaves out the last block and repeats
 * the first sample of each.
 */

/** The quantiser's steps: each about 1.1 times the one before. */
const steps = Int16Array.of(
  ...[
    7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80, 88, 97, 107,
    118,
  ],
  ...[
    130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494, 544, 598, 658, 724, 796, 876, 963, 1060,
  ],
  ...[1166, 1282, 1411, 1552, 1707, 1878, 2066, 2272, 2499, 2749, 3024, 3327, 3660, 4026, 4428, 4871, 5358, 5894, 6484],
  ...[
    7132, 7845, 8630, 9493, 10442, 11487, 12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623, 27086, 29794, 32767,
  ],
);
/** How a code's size moves the index of the step. */
const moves = Int8Array.of(-1, -1, -1, -1, 2, 4, 6, 8);

/** Samples of one channel in a block: one in the block's head, two in each further byte. */
export function imaSamplesPerBlock(blockBytes: number, nChannels: number): number {
  return 1 + Math.floor(Math.max(0, blockBytes - 4 * nChannels) / (4 * nChannels)) * 8;
}

/**
 * Decodes whole blocks. A block begins with four bytes for each channel (first sample, index, unused); then channels take
 * turns with four bytes, eight samples, each.
 * @returns [channel][sample], -1 to 1
 * @throws MediaError('corrupt') where a block names a step that does not exist
 */
export function decodeImaAdpcm(bytes: Uint8Array, blockBytes: number, nChannels: number): Float32Array[] {
  const perBlock = imaSamplesPerBlock(blockBytes, nChannels);
  const nBlocks = Math.floor(bytes.length / blockBytes);
  return Array.from({ length: nChannels }, (_, channel) => {
    const out = new Float32Array(nBlocks * perBlock);
    for (let block = 0; block < nBlocks; block++) {
      decodeBlock(
        bytes.subarray(block * blockBytes, (block + 1) * blockBytes),
        channel,
        nChannels,
        out.subarray(block * perBlock, (block + 1) * perBlock),
      );
    }
    return out;
  });
}

function decodeBlock(block: Uint8Array, channel: number, nChannels: number, out: Float32Array): void {
  const head = channel * 4;
  let value = ((block[head]! | (block[head + 1]! << 8)) << 16) >> 16;
  let index = block[head + 2]!;
  if (index > 88) throw new MediaError('corrupt', `A block of the WAV file names step ${index}; the last is 88.`);
  out[0] = value / 32_768;
  for (let i = 1; i < out.length; i++) {
    const nibble = i - 1;
    const at = nChannels * 4 + (Math.floor(nibble / 8) * nChannels + channel) * 4 + ((nibble % 8) >> 1);
    const code = nibble % 2 === 0 ? block[at]! & 15 : block[at]! >> 4;
    const step = steps[index]!;
    const size = (step >> 3) + (code & 1 ? step >> 2 : 0) + (code & 2 ? step >> 1 : 0) + (code & 4 ? step : 0);
    value = Math.max(-32_768, Math.min(32_767, code & 8 ? value - size : value + size));
    index = Math.max(0, Math.min(88, index + moves[code & 7]!));
    out[i] = value / 32_768;
  }
}
