import wavefile from 'wavefile';
import { MediaError } from '../../media-error.js';
import type { Audio } from '../audio.js';
import { interleave } from '../channels.js';

/** How samples are written: integers of 16 or 24 bits, 32-bit floats, or the codes of telephony (8 bits, ITU-T G.711). */
export type WavWidth = 'int16' | 'int24' | 'float32' | 'a-law' | 'mu-law';

const MAX_BYTES = 0xffff_ffff - 64;

/**
 * Writes a WAV file. Values beyond -1 to 1 are clipped, except as floats; integers are rounded without dither.
 * @throws MediaError('too-large') beyond the 4 GiB of a RIFF file; RangeError for no channels or channels of different lengths
 */
export function encodeWav(audio: Audio, width: WavWidth = 'int16'): Uint8Array {
  const { channels, sampleRateHz } = audio;
  const nFrames = channels[0]?.length ?? -1;
  if (nFrames < 0 || channels.length > 65_535 || channels.some((channel) => channel.length !== nFrames)) {
    throw new RangeError('a WAV file needs channels of one length');
  }
  const samples = interleave(channels);
  const sampleBytes = { int16: 2, int24: 3, float32: 4, 'a-law': 1, 'mu-law': 1 }[width];
  if (samples.length * sampleBytes > MAX_BYTES)
    throw new MediaError('too-large', 'The sound does not fit a WAV file of 4 GiB.');
  if (width === 'a-law' || width === 'mu-law') return companded(samples, channels.length, sampleRateHz, width);

  const float = width === 'float32';
  const file = withHeader(
    { formatTag: float ? 3 : 1, nChannels: channels.length, sampleRateHz, sampleBytes },
    samples.length * sampleBytes,
  );
  const view = new DataView(file.buffer, file.byteOffset + file.length - paddedLength(samples.length * sampleBytes));
  if (float) samples.forEach((value, i) => view.setFloat32(i * 4, value, true));
  else if (width === 'int16') samples.forEach((value, i) => view.setInt16(i * 2, toInteger(value, 32_768), true));
  else {
    samples.forEach((value, i) => {
      const integer = toInteger(value, 2 ** 23);
      view.setInt16(i * 3, integer & 0xffff, true);
      view.setInt8(i * 3 + 2, integer >> 16);
    });
  }
  return file;
}

const toInteger = (value: number, scale: number) => Math.max(-scale, Math.min(scale - 1, Math.round(value * scale)));
const paddedLength = (bytes: number) => bytes + (bytes % 2);

interface PlainFormat {
  readonly formatTag: number;
  readonly nChannels: number;
  readonly sampleRateHz: number;
  readonly sampleBytes: number;
}

/** A header of 44 bytes, and room for the data. */
function withHeader({ formatTag, nChannels, sampleRateHz, sampleBytes }: PlainFormat, dataBytes: number): Uint8Array {
  const file = Buffer.alloc(44 + paddedLength(dataBytes));
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(file.length - 8, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(formatTag, 20);
  file.writeUInt16LE(nChannels, 22);
  file.writeUInt32LE(sampleRateHz, 24);
  file.writeUInt32LE(sampleRateHz * nChannels * sampleBytes, 28);
  file.writeUInt16LE(nChannels * sampleBytes, 32);
  file.writeUInt16LE(sampleBytes * 8, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(dataBytes, 40);
  return new Uint8Array(file.buffer, file.byteOffset, file.length);
}

function companded(
  samples: Float32Array,
  nChannels: number,
  sampleRateHz: number,
  law: 'a-law' | 'mu-law',
): Uint8Array {
  const wav = new wavefile.WaveFile();
  wav.fromScratch(
    nChannels,
    sampleRateHz,
    '16',
    Int16Array.from(samples, (value) => toInteger(value, 32_768)),
  );
  if (law === 'a-law') wav.toALaw();
  else wav.toMuLaw();
  return wav.toBuffer();
}
