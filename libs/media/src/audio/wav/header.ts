import type { ByteSource } from '../../byte-source.js';
import { MediaError } from '../../media-error.js';

/** How samples are written in the data chunk. */
export type WavCoding = 'integer' | 'float' | 'a-law' | 'mu-law' | 'ima-adpcm';

/** What a WAV file's header says. */
export interface WavHeader {
  /** undefined for a coding that is not read here; `formatTag` names it. */
  readonly coding: WavCoding | undefined;
  /** The registered number of the coding (RFC 2361), taken from the sub-format where the header is extensible. */
  readonly formatTag: number;
  readonly nChannels: number;
  readonly sampleRateHz: number;
  /** Bytes of one frame (one sample of each channel), or of one block of a compressed coding. */
  readonly blockBytes: number;
  /** Bytes of one sample; 0 for compressed codings of less than a byte. */
  readonly sampleBytes: number;
  readonly littleEndian: boolean;
  readonly dataOffset: number;
  /** What is really there, whole blocks only. */
  readonly dataBytes: number;
  /** Bytes that the header promised and the file does not have; 0 where the writer streamed and did not know. */
  readonly missingBytes: number;
}

const codings: Readonly<Record<number, WavCoding>> = {
  1: 'integer',
  3: 'float',
  6: 'a-law',
  7: 'mu-law',
  0x11: 'ima-adpcm',
};
const EXTENSIBLE = 0xfffe;
/** Writers add a handful of chunks; a file of nothing but chunks is made to keep a reader busy. */
const MAX_CHUNKS = 1000;

/**
 * Reads the header of RIFF, RIFX (big-endian), RF64 and BW64 files (Microsoft's "Multimedia Programming Interface and Data
 * Specifications 1.0"; EBU Tech 3306; ITU-R BS.2088): the chunks up to the sound, wherever they stand.
 * @throws MediaError('corrupt')
 */
export async function readWavHeader(source: ByteSource): Promise<WavHeader> {
  const head = Buffer.from(await source.read(0, 12));
  const id = head.toString('latin1', 0, 4);
  if (head.length < 12 || !['RIFF', 'RIFX', 'RF64', 'BW64'].includes(id) || head.toString('latin1', 8, 12) !== 'WAVE') {
    throw new MediaError('corrupt', 'The file does not begin as a WAV file does.');
  }
  const chunks = new ChunkReader(source, id !== 'RIFX');
  let format: Format | undefined;
  let longDataBytes: number | undefined;
  for (let n = 0; n < MAX_CHUNKS; n++) {
    const chunk = await chunks.next();
    if (!chunk) break;
    if (chunk.id === 'ds64') longDataBytes = await chunks.longDataSize(chunk);
    else if (chunk.id === 'fmt ') format = readFormat(await chunks.content(chunk, 40), chunks.littleEndian);
    else if (chunk.id === 'data') return withData(format, chunk, chunks.littleEndian, source.sizeBytes, longDataBytes);
  }
  throw new MediaError('corrupt', 'The WAV file has no sound in it: no data chunk was found.');
}

interface Chunk {
  readonly id: string;
  readonly offset: number;
  readonly sizeBytes: number;
}

class ChunkReader {
  private at = 12;

  constructor(
    private readonly source: ByteSource,
    readonly littleEndian: boolean,
  ) {}

  async next(): Promise<Chunk | undefined> {
    const head = Buffer.from(await this.source.read(this.at, 8));
    if (head.length < 8) return undefined;
    const sizeBytes = this.littleEndian ? head.readUInt32LE(4) : head.readUInt32BE(4);
    const chunk = { id: head.toString('latin1', 0, 4), offset: this.at + 8, sizeBytes };
    this.at += 8 + sizeBytes + (sizeBytes % 2); // chunks begin at even places
    return chunk;
  }

  async content({ offset, sizeBytes }: Chunk, atMost: number): Promise<Buffer> {
    return Buffer.from(await this.source.read(offset, Math.min(sizeBytes, atMost)));
  }

  /** ds64 begins with the 64-bit sizes of the file and of its data chunk. */
  async longDataSize(chunk: Chunk): Promise<number | undefined> {
    const content = await this.content(chunk, 16);
    return content.length < 16 ? undefined : Number(content.readBigUInt64LE(8));
  }
}

interface Format {
  readonly formatTag: number;
  readonly nChannels: number;
  readonly sampleRateHz: number;
  readonly blockBytes: number;
}

function readFormat(content: Buffer, littleEndian: boolean): Format {
  if (content.length < 16)
    throw new MediaError('corrupt', `The WAV file's format chunk has only ${content.length} bytes.`);
  const u16 = (at: number) => (littleEndian ? content.readUInt16LE(at) : content.readUInt16BE(at));
  const u32 = (at: number) => (littleEndian ? content.readUInt32LE(at) : content.readUInt32BE(at));
  let formatTag = u16(0);
  // The sub-format's GUID begins with the tag that a plain header would have.
  if (formatTag === EXTENSIBLE && content.length >= 26) formatTag = u16(24);
  return { formatTag, nChannels: u16(2), sampleRateHz: u32(4), blockBytes: u16(12) };
}

function withData(
  format: Format | undefined,
  chunk: Chunk,
  littleEndian: boolean,
  fileBytes: number,
  longDataBytes: number | undefined,
): WavHeader {
  if (!format) throw new MediaError('corrupt', 'The WAV file has sound before it says how it is written.');
  const { formatTag, nChannels, sampleRateHz, blockBytes } = format;
  const coding = codings[formatTag];
  const sampleBytes = coding === 'ima-adpcm' || !coding ? 0 : blockBytes / nChannels;
  checkFormat(format, coding, sampleBytes);

  const remaining = Math.max(0, fileBytes - chunk.offset);
  const promised = chunk.sizeBytes === 0xffff_ffff && longDataBytes !== undefined ? longDataBytes : chunk.sizeBytes;
  // Programs that write to a pipe cannot come back to say how much it was: they leave 0, all ones, or nearly 2 GiB.
  const unknown = promised >= 0x7fff_0000 && promised <= 0xffff_ffff && promised > remaining;
  const present = promised === 0 || unknown ? remaining : Math.min(promised, remaining);
  return {
    coding,
    formatTag,
    nChannels,
    sampleRateHz,
    blockBytes,
    sampleBytes,
    littleEndian,
    dataOffset: chunk.offset,
    dataBytes: present - (present % blockBytes),
    missingBytes: unknown ? 0 : Math.max(0, promised - present),
  };
}

function checkFormat(format: Format, coding: WavCoding | undefined, sampleBytes: number): void {
  const { nChannels, sampleRateHz, blockBytes } = format;
  if (nChannels === 0 || blockBytes === 0 || sampleRateHz === 0) {
    throw new MediaError(
      'corrupt',
      `The WAV file says ${nChannels} channels, ${sampleRateHz} Hz and ${blockBytes} bytes a frame.`,
    );
  }
  const sizes: readonly number[] = {
    integer: [1, 2, 3, 4],
    float: [4, 8],
    'a-law': [1],
    'mu-law': [1],
    'ima-adpcm': [0],
  }[coding ?? 'ima-adpcm'];
  if (coding === 'ima-adpcm' && blockBytes <= 4 * nChannels) {
    throw new MediaError('corrupt', `The WAV file says ${blockBytes} bytes for a block of ${nChannels} channels.`);
  }
  if (coding && !sizes.includes(sampleBytes)) {
    throw new MediaError('corrupt', `The WAV file says ${sampleBytes} bytes for a sample of kind "${coding}".`);
  }
}
