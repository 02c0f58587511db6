import type { ByteSource } from '../../byte-source.js';
import { MediaError } from '../../media-error.js';
import { id3Size, readMpegFrame } from '../../recognise/mpeg-audio.js';
import { RECOGNISE_BYTES } from '../../recognise/recognise.js';
import type { AudioStream } from '../audio.js';
import { claimedChannels, pieceLength } from './bombs.js';
import { decoderPackages, startDecoder, type CompressedFormat, type Decoded, type PieceDecoder } from './decoders.js';

/** Bytes that the decoder is given at a time: about two seconds of an MP3, a third of a second of FLAC. */
const PIECE_BYTES = 32_768;
/** More channels than any format here names places for. */
const MAX_CHANNELS = 8;
/** After so many complaints a file counts as garbage, not as a damaged recording. */
const MAX_DAMAGE = 1000;

/**
 * Reads compressed sound piece by piece. A damaged part is passed over, as players do, and written down in `damage`.
 * @throws MediaError('corrupt') where nothing in the file decodes, or the decoder gives up
 */
export async function openCompressed(source: ByteSource, format: CompressedFormat): Promise<AudioStream> {
  const decoder = await startDecoder(format);
  const run = new DecodeRun(source, format, decoder);
  try {
    const first = await run.first();
    return {
      format,
      decoder: decoderPackages[format],
      sampleRateHz: run.sampleRateHz,
      nChannels: first.length,
      chunks: run.chunks(first),
      damage: run.damage,
      close: () => Promise.resolve(free(decoder)),
    };
  } catch (cause) {
    free(decoder);
    throw cause;
  }
}

/** A decoder that a file has led beyond its memory fails once more here; its instance is left to the collector. */
function free(decoder: PieceDecoder): void {
  try {
    decoder.free();
  } catch {
    // What was wrong has been said already.
  }
}

class DecodeRun {
  readonly damage: string[] = [];
  sampleRateHz = 0;
  private nChannels = 0;
  private at = -1;
  private ended = false;
  private mono = false;

  constructor(
    private readonly source: ByteSource,
    private readonly format: CompressedFormat,
    private readonly decoder: PieceDecoder,
  ) {}

  /** The first sound, which says how many channels there are. */
  async first(): Promise<readonly Float32Array[]> {
    for (;;) {
      const channels = await this.next();
      if (!channels) throw new MediaError('corrupt', `Nothing in the ${this.format} file decodes${this.said()}.`);
      if (channels.length > 0) return channels;
    }
  }

  async *chunks(first: readonly Float32Array[]) {
    try {
      yield first;
      for (let channels = await this.next(); channels; channels = await this.next()) {
        if (channels.length > 0) yield channels;
      }
    } finally {
      free(this.decoder);
    }
  }

  /** What the next piece of the file gives: undefined at its end, no channels where a piece gives no sound. */
  private async next(): Promise<readonly Float32Array[] | undefined> {
    if (this.ended) return undefined;
    if (this.at < 0) await this.begin();
    const ahead = await this.source.read(this.at, PIECE_BYTES);
    const bytes = ahead.subarray(0, pieceLength(ahead, this.format));
    this.at += bytes.length;
    this.ended = bytes.length === 0;
    return this.take(await this.decoded(bytes));
  }

  /** A tag may hold pictures of many megabytes, which the decoder need not look through. */
  private async begin(): Promise<void> {
    const start = await this.source.read(0, RECOGNISE_BYTES);
    const claimed = claimedChannels(start, this.format);
    if (claimed > MAX_CHANNELS) {
      throw new MediaError(
        'unsupported',
        `The ${this.format} file has ${claimed} channels; at most ${MAX_CHANNELS} are read.`,
      );
    }
    const tag = id3Size(start);
    this.at = tag;
    if (this.format !== 'mp3') return;
    // mpg123 is asked for stereo whatever there is: one channel, where the first frame says so, is not read as two.
    const head = await this.source.read(tag, RECOGNISE_BYTES);
    for (let i = 0; i + 4 <= head.length; i++) {
      const frame = readMpegFrame(head, i);
      const next = frame && frame.sizeBytes > 0 ? readMpegFrame(head, i + frame.sizeBytes) : undefined;
      if (!frame || next?.sampleRateHz !== frame.sampleRateHz || next.layer !== frame.layer) continue;
      this.mono = frame.nChannels === 1 && next.nChannels === 1;
      return;
    }
  }

  private async decoded(bytes: Uint8Array): Promise<Decoded> {
    try {
      // The decoder may keep what it is given.
      return this.ended ? await this.decoder.finish() : await this.decoder.decode(bytes.slice());
    } catch (cause) {
      const said = cause instanceof Error ? cause.message : String(cause);
      throw new MediaError('corrupt', `The ${this.format} file cannot be decoded: ${said}.`, { cause });
    }
  }

  private take({ channelData, sampleRate, errors }: Decoded): readonly Float32Array[] {
    this.damage.push(...errors.map(({ message }) => message));
    if (this.damage.length > MAX_DAMAGE)
      throw new MediaError('corrupt', `Too much of the ${this.format} file is damaged${this.said()}.`);
    const length = channelData[0]?.length ?? 0;
    if (length === 0) return [];
    const channels = this.mono ? channelData.slice(0, 1) : channelData;
    if (this.nChannels === 0) {
      this.nChannels = channels.length;
      this.sampleRateHz = sampleRate;
    } else if (channels.length !== this.nChannels || sampleRate !== this.sampleRateHz) {
      throw new MediaError(
        'unsupported',
        `The ${this.format} file changes its rate or its number of channels on the way.`,
      );
    }
    return channels;
  }

  private said(): string {
    return this.damage[0] === undefined ? '' : ` (${this.damage[0]})`;
  }
}
