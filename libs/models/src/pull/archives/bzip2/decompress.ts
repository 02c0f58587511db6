import { BitReader } from './bit-reader.js';
import { readBlock } from './block.js';
import { Bzip2Error } from './bzip2-error.js';
import { expandBlock } from './expand.js';

const BLOCK_MAGIC = 0x314159265359;
const END_MAGIC = 0x177245385090;
/** A block's bytes for each level of compression. */
const LEVEL_BYTES = 100_000;
/** More than any block takes: 20 bits for each byte, and its tables. */
const maxPackedBytes = (level: number) => level * LEVEL_BYTES * 3 + 65_536;

/**
 * Decompresses bzip2 streams that follow each other. Holds one block at a time: 4 MB and what it is packed in.
 *
 * Written from the format's description (J. Seward's bzip2 1.0, as in en.wikipedia.org/wiki/Bzip2); the decoders on npm
 * hold a whole file or a whole expanded block in arrays of numbers, where a few bytes may stand for 50 MB.
 * @throws Bzip2Error for anything that is damaged, cut off or followed by other bytes
 */
export async function* decompressBzip2(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const input = new PackedBytes(packed);
  do yield* stream(input);
  while (!(await input.isAtEnd()));
}

async function* stream(input: PackedBytes): AsyncGenerator<Uint8Array> {
  const header = await input.ahead(4);
  const level = (header[3] ?? 0) - 0x30;
  if (header[0] !== 0x42 || header[1] !== 0x5a || header[2] !== 0x68 || level < 1 || level > 9)
    throw new Bzip2Error(header.length < 4 ? 'ends too early' : 'does not begin as one');
  input.skipBits(32);
  const chain = new Uint32Array(level * LEVEL_BYTES);
  for (let combined = 0; ; ) {
    const bits = new BitReader(await input.ahead(maxPackedBytes(level)));
    bits.read(input.bitOffset);
    const magic = bits.read(24) * 2 ** 24 + bits.read(24);
    if (magic === END_MAGIC) {
      if (bits.read32() !== combined) throw new Bzip2Error('is damaged: its checksum does not fit');
      input.skipBits(80);
      input.alignToByte();
      return;
    }
    if (magic !== BLOCK_MAGIC) throw new Bzip2Error('is damaged: something else stands where a block should begin');
    const block = readBlock(bits, chain);
    input.skipBits(bits.bitsRead - input.bitOffset);
    yield* expandBlock(block);
    combined = (((combined << 1) | (combined >>> 31)) ^ block.crc) >>> 0;
  }
}

/** Bytes that came and are not used up; blocks begin at any bit. */
class PackedBytes {
  private readonly source: AsyncIterator<Uint8Array>;
  private bytes: Uint8Array = new Uint8Array(0);
  private hasEnded = false;
  /** Bits of the first byte that are used up. */
  bitOffset = 0;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.source = source[Symbol.asyncIterator]();
  }

  /** The bytes from here on, at least so many unless the input ends before. */
  async ahead(nBytes: number): Promise<Uint8Array> {
    if (this.bytes.length >= nBytes || this.hasEnded) return this.bytes;
    const pieces = [this.bytes];
    for (let length = this.bytes.length; length < nBytes; ) {
      const next = await this.source.next();
      if (next.done) {
        this.hasEnded = true;
        break;
      }
      pieces.push(next.value);
      length += next.value.length;
    }
    this.bytes = Buffer.concat(pieces);
    return this.bytes;
  }

  skipBits(nBits: number): void {
    const bits = this.bitOffset + nBits;
    this.bytes = this.bytes.subarray(bits >>> 3);
    this.bitOffset = bits & 7;
  }

  alignToByte(): void {
    if (this.bitOffset > 0) this.skipBits(8 - this.bitOffset);
  }

  async isAtEnd(): Promise<boolean> {
    return (await this.ahead(1)).length === 0;
  }
}
