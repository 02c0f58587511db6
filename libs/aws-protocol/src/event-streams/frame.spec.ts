import { EventStreamCodec } from '@smithy/core/event-streams';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventHeader } from './event-headers.js';
import { anyHeaders, anyMessage, limits, message, text } from './event-streams.fixture.js';
import { FrameError } from './frame-error.js';
import { FrameSplitter } from './frame-splitter.js';
import { decodeFrame, encodeFrame, type EventMessage } from './frame.js';

const hex = (bytes: string) => Buffer.from(bytes.replaceAll(' ', ''), 'hex');

/** An independent implementation. */
const smithy = new EventStreamCodec(
  (bytes) => (typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8')),
  (string) => Buffer.from(string),
);

/** Messages in bytes from aws-c-event-stream's tests, and the `End` event of S3's documentation (RESTSelectObjectAppendix). */
const published: readonly (readonly [name: string, bytes: string, message: EventMessage])[] = [
  ['an empty message', '00000010 00000000 05c248eb 7d98c8ff', message({})],
  [
    'a payload without headers',
    '0000001d 00000000 fd528c5a 7b27666f6f273a27626172277d c3653936',
    message({}, Buffer.from("{'foo':'bar'}")),
  ],
  [
    'a payload with a header',
    '0000003d 00000020 07fd8396 0c636f6e74656e742d74797065 070010 6170706c69636174696f6e2f6a736f6e' +
      '7b27666f6f273a27626172277d 8d9c08b1',
    message({ 'content-type': text('application/json') }, Buffer.from("{'foo':'bar'}")),
  ],
  [
    'the end of a selection',
    '00000038 00000028 c1c684d4 0d3a6d6573736167652d74797065 070005 6576656e74 0b3a6576656e742d74797065 070003 456e64 cf97d392',
    message({ ':message-type': text('event'), ':event-type': text('End') }),
  ],
];

const plain = ({ headers, payload }: EventMessage) => ({ headers: [...headers], payload: Buffer.from(payload) });

describe('a frame', () => {
  it.each(published)('is read and written as published: %s', (_, bytes, expected) => {
    expect(plain(decodeFrame(hex(bytes), limits))).toEqual(plain(expected));
    expect(encodeFrame(expected)).toEqual(hex(bytes));
  });

  it('comes back as it was written', () => {
    fc.assert(
      fc.property(anyMessage, (written) => {
        expect(plain(decodeFrame(encodeFrame(written), limits))).toEqual(plain(written));
      }),
    );
  });

  it("is read by Amazon's JavaScript codec, and reads what that writes", () => {
    fc.assert(
      fc.property(anyHeaders, fc.uint8Array(), (headers, payload) => {
        // Theirs keeps headers in an object with a prototype.
        fc.pre(!headers.has('__proto__'));
        const theirs = smithy.decode(encodeFrame({ headers, payload }));
        expect(Object.keys(theirs.headers).sort()).toEqual([...headers.keys()].sort());
        for (const [name, header] of headers) expect(String(theirs.headers[name]?.value)).toBe(asTheirs(header));
        const back = decodeFrame(Buffer.from(smithy.encode(theirs)), limits);
        expect(new Map(back.headers)).toEqual(headers);
        expect(Buffer.from(back.payload)).toEqual(Buffer.from(payload));
      }),
    );
  });

  it.each<[what: string, change: (frame: Buffer) => Buffer]>([
    ['a changed length', (frame) => (frame.writeUInt32BE(frame.length + 1, 0), frame)],
    ['a changed header', (frame) => ((frame[14]! ^= 1), frame)],
    ['a changed payload', (frame) => ((frame[frame.length - 5]! ^= 1), frame)],
    ['a changed checksum', (frame) => ((frame[frame.length - 1]! ^= 1), frame)],
    ['a missing byte', (frame) => frame.subarray(0, -1)],
    ['a byte too many', (frame) => Buffer.concat([frame, Buffer.of(0)])],
    ['nothing but a prelude', (frame) => frame.subarray(0, 12)],
  ])('is refused with %s', (_, change) => {
    const frame = encodeFrame(message({ a: text('b') }, Buffer.from('payload')));
    expect(() => decodeFrame(change(frame), limits)).toThrow(FrameError);
  });

  it('is refused by its prelude alone where it would be too large', () => {
    const splitter = new FrameSplitter({ maxFrameBytes: 1_000 });
    const large = encodeFrame(message({}, Buffer.alloc(1_000)));
    expect(() => [...splitter.write(large.subarray(0, 11))]).not.toThrow();
    expect(() => [...splitter.write(large.subarray(11, 12))]).toThrow('a message of 1016 bytes is too large');
  });

  it.each([
    ['a header twice', '0161 00 0161 01'],
    ['a header without a name', '00 00'],
    ['an unknown type', '0161 0a'],
    ['a value beyond the block', '0161 07 0005 6161'],
    ['a name beyond the block', '05 6161'],
    ['a string that is no UTF-8', '0161 07 0001 ff'],
    ['a time beyond the calendar', '0161 08 7fffffffffffffff'],
  ])('is refused with %s', (_, block) => {
    expect(() => decodeFrame(withHeaderBlock(hex(block)), limits)).toThrow(FrameError);
  });

  it('is found in pieces of any size', () => {
    fc.assert(
      fc.property(fc.array(anyMessage, { maxLength: 5 }), fc.array(fc.nat(40)), (messages, sizes) => {
        const bytes = Buffer.concat(messages.map(encodeFrame));
        const splitter = new FrameSplitter(limits);
        const found: EventMessage[] = [];
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const size = sizes.length > 0 ? (sizes[i % sizes.length] ?? 0) + 1 : 1;
          found.push(...splitter.write(bytes.subarray(at, at + size)));
          at += size;
        }
        splitter.end();
        expect(found.map(plain)).toEqual(messages.map(plain));
      }),
    );
  });

  it('costs little memory while it arrives byte by byte, and none for what is only announced', () => {
    const frame = encodeFrame(message({}, Buffer.alloc(900_000)));
    const splitter = new FrameSplitter(limits);
    const before = process.memoryUsage().arrayBuffers;
    for (let at = 0; at < 300_000; at++) for (const _ of splitter.write(frame.subarray(at, at + 1))) expect.fail();
    // The buffer doubles; the former ones are garbage.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4_000_000);
    expect(() => splitter.end()).toThrow('the stream ends within a message');
  });
});

const asTheirs = ({ type, value }: EventHeader): string => {
  // Their long is a double.
  if (type === 'long') return String(Number(value));
  return type === 'binary' ? String(new Uint8Array(value)) : String(value);
};

/** A frame whose lengths and checksums are right. */
function withHeaderBlock(block: Buffer): Buffer {
  return reseal(encodeFrame({ headers: new Map(), payload: block }), block.length);
}

/** Declares the first bytes of the payload headers, by a CRC of its own. */
function reseal(frame: Buffer, headerBytes: number): Buffer {
  const crc = (bytes: Buffer) => {
    let register = -1;
    for (const byte of bytes) {
      register ^= byte;
      for (let bit = 0; bit < 8; bit++) register = (register >>> 1) ^ (register & 1 ? 0xedb88320 : 0);
    }
    return ~register >>> 0;
  };
  frame.writeUInt32BE(headerBytes, 4);
  frame.writeUInt32BE(crc(frame.subarray(0, 8)), 8);
  frame.writeUInt32BE(crc(frame.subarray(0, frame.length - 4)), frame.length - 4);
  return frame;
}
