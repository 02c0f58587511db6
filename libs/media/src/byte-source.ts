import { open, type FileHandle } from 'node:fs/promises';
import { MediaError } from './media-error.js';

/** A media file: its bytes, or where it lies on this machine. The path is the caller's word; the content is not trusted. */
export type MediaSource = Uint8Array | { readonly path: string };

/** Bytes that can be read at any place. */
export interface ByteSource {
  readonly sizeBytes: number;
  /** The bytes from `offset`, fewer at the end; a view or a copy. */
  read(offset: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** @throws MediaError('too-large'), or Node's error where a path cannot be opened */
export async function openSource(source: MediaSource, maxBytes: number): Promise<ByteSource> {
  const opened = source instanceof Uint8Array ? fromBytes(source) : await fromFile(await open(source.path, 'r'));
  if (opened.sizeBytes > maxBytes) {
    await opened.close();
    throw new MediaError('too-large', `The file has ${opened.sizeBytes} bytes; at most ${maxBytes} are accepted.`);
  }
  return opened;
}

function fromBytes(bytes: Uint8Array): ByteSource {
  return {
    sizeBytes: bytes.length,
    read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
    close: () => Promise.resolve(),
  };
}

async function fromFile(file: FileHandle): Promise<ByteSource> {
  const { size } = await file.stat();
  let closed: Promise<void> | undefined;
  return {
    sizeBytes: size,
    read: async (offset, length) => {
      const buffer = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
      let filled = 0;
      while (filled < buffer.length) {
        const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, offset + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return buffer.subarray(0, filled);
    },
    close: () => (closed ??= file.close()),
  };
}
