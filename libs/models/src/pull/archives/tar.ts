import { ArchiveError } from './archive-error.js';
import { ByteReader, EndOfBytes } from './byte-reader.js';
import type { Allowance } from './limits.js';
import { plainMemberName, type ArchiveMember } from './member.js';
import { readPaxRecords, readTarHeader, TAR_BLOCK_BYTES, text, type TarHeader } from './tar-header.js';

/** Longest extended header: it is held in memory, and an honest one has a path and some attributes. */
const MAX_EXTENSION_BYTES = 1 << 20;

/**
 * The regular files of a tar archive, one after the other. Reads no more than it needs and holds no member in memory.
 * Archives with links, devices or anything else that is no plain file or folder are refused.
 * @throws ArchiveError also where the archive lacks its end
 */
export async function* readTar(
  label: string,
  bytes: AsyncIterable<Uint8Array>,
  allowance: Allowance,
): AsyncGenerator<ArchiveMember> {
  const reader = new ByteReader(bytes);
  try {
    for await (const { name, sizeBytes, kind } of headers(label, reader)) {
      allowance.takeMember();
      const plain = plainMemberName(label, name);
      if (kind === 'link') throw new ArchiveError(label, `has a link, ${JSON.stringify(plain)}; models have none`);
      if (kind === 'device') throw new ArchiveError(label, `has a device, ${JSON.stringify(plain)}`);
      if (kind === 'folder') continue;
      if (kind !== 'file') throw new ArchiveError(label, `has a member of an unknown kind, ${JSON.stringify(plain)}`);
      const content = new TarContent(label, reader, sizeBytes);
      yield { name: plain, sizeBytes, content: () => content.pieces() };
      await content.passOver();
    }
    await reader.drain();
  } catch (error) {
    throw withLabel(label, error);
  } finally {
    await reader.close();
  }
}

/** Headers with the names and sizes that their extensions give them; whoever takes one reads its content. */
async function* headers(label: string, reader: ByteReader): AsyncGenerator<TarHeader> {
  let extended: { name?: string; sizeBytes?: number } = {};
  while (true) {
    const block = await reader.read(TAR_BLOCK_BYTES);
    if (block === undefined) throw new EndOfBytes();
    const header = readTarHeader(block);
    if (header === undefined) return;
    if (typeof header === 'string') throw new ArchiveError(label, header);
    switch (header.kind) {
      case 'long-name':
        extended = { ...extended, name: text(await extension(label, reader, header)) };
        break;
      case 'pax':
        extended = { ...extended, ...fromPax(label, await extension(label, reader, header)) };
        break;
      case 'pax-global':
      case 'long-link':
        await extension(label, reader, header);
        break;
      default:
        // Only files have content: what a folder or link gives as its size is not followed by that many bytes.
        yield { ...header, ...(header.kind === 'file' ? {} : { sizeBytes: 0 }), ...extended };
        extended = {};
    }
  }
}

async function extension(label: string, reader: ByteReader, { sizeBytes }: TarHeader): Promise<Uint8Array> {
  if (sizeBytes > MAX_EXTENSION_BYTES) throw new ArchiveError(label, `has an extended header of ${sizeBytes} bytes`);
  const bytes = await reader.read(padded(sizeBytes));
  if (bytes === undefined && sizeBytes > 0) throw new EndOfBytes();
  return bytes?.subarray(0, sizeBytes) ?? new Uint8Array(0);
}

function fromPax(label: string, bytes: Uint8Array): { name?: string; sizeBytes?: number } {
  const records = readPaxRecords(bytes);
  if (typeof records === 'string') throw new ArchiveError(label, records);
  if ([...records.keys()].some((key) => key.startsWith('GNU.sparse')))
    throw new ArchiveError(label, 'has a sparse member, which is not read');
  const [name, size] = [records.get('path'), records.get('size')];
  if (size !== undefined && !(/^\d+$/.test(size) && Number.isSafeInteger(Number(size))))
    throw new ArchiveError(label, 'is damaged: a member has no size');
  return { ...(name !== undefined && { name }), ...(size !== undefined && { sizeBytes: Number(size) }) };
}

/** A member's content, of which a part may have been read when the next member is wanted. */
class TarContent {
  private left: number;

  constructor(
    private readonly label: string,
    private readonly reader: ByteReader,
    private readonly sizeBytes: number,
  ) {
    this.left = sizeBytes;
  }

  async *pieces(): AsyncGenerator<Uint8Array> {
    try {
      for await (const piece of this.reader.pieces(this.left)) {
        this.left -= piece.length;
        yield piece;
      }
    } catch (error) {
      throw withLabel(this.label, error);
    }
  }

  async passOver(): Promise<void> {
    const padding = padded(this.sizeBytes) - this.sizeBytes;
    for await (const _ of this.reader.pieces(this.left + padding));
    this.left = 0;
  }
}

const padded = (sizeBytes: number) => Math.ceil(sizeBytes / TAR_BLOCK_BYTES) * TAR_BLOCK_BYTES;

const withLabel = (label: string, error: unknown): unknown =>
  error instanceof EndOfBytes ? new ArchiveError(label, 'is cut off') : error;
