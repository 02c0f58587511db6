import fc from 'fast-check';
import type { EventHeader, EventHeaders } from './event-headers.js';
import { encodeFrame, type EventMessage } from './frame.js';

export const limits = { maxFrameBytes: 1 << 20 };

const int64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };

/** A header of any of the ten forms. */
export const anyHeader: fc.Arbitrary<EventHeader> = fc.oneof(
  fc.boolean().map((value): EventHeader => ({ type: 'boolean', value })),
  fc.integer({ min: -128, max: 127 }).map((value): EventHeader => ({ type: 'byte', value })),
  fc.integer({ min: -32_768, max: 32_767 }).map((value): EventHeader => ({ type: 'short', value })),
  fc.integer().map((value): EventHeader => ({ type: 'integer', value })),
  fc.bigInt(int64).map((value): EventHeader => ({ type: 'long', value })),
  fc.uint8Array({ maxLength: 300 }).map((bytes): EventHeader => ({ type: 'binary', value: Buffer.from(bytes) })),
  fc.string({ unit: 'grapheme', maxLength: 100 }).map((value): EventHeader => ({ type: 'string', value })),
  fc.date({ noInvalidDate: true }).map((value): EventHeader => ({ type: 'timestamp', value })),
  fc.uuid().map((value): EventHeader => ({ type: 'uuid', value })),
);

export const anyHeaders: fc.Arbitrary<EventHeaders> = fc
  .uniqueArray(fc.tuple(fc.string({ minLength: 1, maxLength: 60 }), anyHeader), {
    maxLength: 8,
    selector: ([name]) => name,
  })
  .map((entries) => new Map(entries));

export const anyMessage: fc.Arbitrary<EventMessage> = fc.record({
  headers: anyHeaders,
  payload: fc.uint8Array({ maxLength: 2_000 }).map((bytes) => Buffer.from(bytes)),
});

export const text = (value: string): EventHeader => ({ type: 'string', value });

/** A message as clients send them. */
export const message = (headers: Readonly<Record<string, EventHeader>>, payload: Uint8Array = Buffer.alloc(0)) => ({
  headers: new Map(Object.entries(headers)),
  payload,
});

export const audioEvent = (nBytes: number): EventMessage =>
  message({ ':message-type': text('event'), ':event-type': text('AudioEvent') }, Buffer.alloc(nBytes, 1));

/** Bytes that arrive in the given pieces. */
export async function* inPieces(...pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield await Promise.resolve(piece);
}

export const frames = (...messages: readonly EventMessage[]): Buffer => Buffer.concat(messages.map(encodeFrame));

export async function listOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
