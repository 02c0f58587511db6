import type { ByteSource } from '../../byte-source.js';
import type { AudioStream } from '../audio.js';
import { readWavHeader } from './header.js';
import { imaSamplesPerBlock } from './ima-adpcm.js';
import { sampleReader } from './samples.js';

/** Frames in one piece, about: a third of a second at 48 kHz. */
const FRAMES = 16_384;

/**
 * Reads a WAV file piece by piece; of a file on disk only one piece is in memory.
 * @throws MediaError `corrupt`, or `unsupported` for a coding that only other programs read
 */
export async function openWav(source: ByteSource): Promise<AudioStream> {
  const header = await readWavHeader(source);
  const read = sampleReader(header);
  const damage: string[] = header.missingBytes > 0 ? [`the file ends ${header.missingBytes} bytes too early`] : [];
  const perPiece =
    header.coding === 'ima-adpcm'
      ? Math.ceil(FRAMES / imaSamplesPerBlock(header.blockBytes, header.nChannels))
      : FRAMES;
  const pieceBytes = perPiece * header.blockBytes;

  async function* chunks() {
    const end = header.dataOffset + header.dataBytes;
    for (let at = header.dataOffset; at < end; at += pieceBytes) {
      const bytes = await source.read(at, Math.min(pieceBytes, end - at));
      if (bytes.length === 0) return;
      yield read(bytes.subarray(0, bytes.length - (bytes.length % header.blockBytes)));
    }
  }
  const perBlock = header.coding === 'ima-adpcm' ? imaSamplesPerBlock(header.blockBytes, header.nChannels) : 1;
  return {
    format: 'wav',
    decoder: 'lantern',
    sampleRateHz: header.sampleRateHz,
    nChannels: header.nChannels,
    durationMs: ((header.dataBytes / header.blockBytes) * perBlock * 1000) / header.sampleRateHz,
    chunks: chunks(),
    damage,
    close: () => Promise.resolve(),
  };
}
