import { crc32 } from '../checksums/crc32.js';
import { decodeHeaders, encodeHeaders, type EventHeaders } from './event-headers.js';
import { FrameError } from './frame-error.js';

/** One message of an event stream (`application/vnd.amazon.eventstream`). */
export interface EventMessage {
  readonly headers: EventHeaders;
  readonly payload: Uint8Array;
}

/** What a frame may measure. */
export interface FrameLimits {
  /** Of the whole frame, framing included. */
  readonly maxFrameBytes: number;
}

/** Total length, headers' length and the checksum of both. */
export const preludeBytes = 12;
const checksumBytes = 4;
const minFrameBytes = preludeBytes + checksumBytes;
/** https://smithy.io/2.0/aws/amazon-eventstream.html: a header block has at most 128 KiB. */
const maxHeadersBytes = 128 * 1024;

function crcOf(...parts: readonly Uint8Array[]): number {
  const sum = crc32();
  for (const part of parts) sum.update(part);
  return sum.digest().readUInt32BE();
}

/** Encodes one message. @throws RangeError where the headers do not fit the format */
export function encodeFrame({ headers, payload }: EventMessage): Buffer {
  const block = encodeHeaders(headers);
  if (block.length > maxHeadersBytes) throw new RangeError(`the headers have ${block.length} bytes`);
  const frame = Buffer.alloc(minFrameBytes + block.length + payload.length);
  frame.writeUInt32BE(frame.length, 0);
  frame.writeUInt32BE(block.length, 4);
  frame.writeUInt32BE(crcOf(frame.subarray(0, 8)), 8);
  block.copy(frame, preludeBytes);
  frame.set(payload, preludeBytes + block.length);
  const end = frame.length - checksumBytes;
  frame.writeUInt32BE(crcOf(frame.subarray(0, end)), end);
  return frame;
}

/**
 * Reads a prelude, so that a wrong length is refused before anything of that length is awaited.
 * @returns the frame's length
 * @throws FrameError
 */
export function readPrelude(prelude: Buffer, { maxFrameBytes }: FrameLimits): number {
  const total = prelude.readUInt32BE(0);
  const headers = prelude.readUInt32BE(4);
  if (prelude.readUInt32BE(8) !== crcOf(prelude.subarray(0, 8))) throw new FrameError('the prelude checksum is wrong');
  if (total < minFrameBytes || headers > total - minFrameBytes)
    throw new FrameError('the lengths contradict each other');
  if (total > maxFrameBytes) throw new FrameError(`a message of ${total} bytes is too large`);
  if (headers > maxHeadersBytes) throw new FrameError('the headers are too large');
  return total;
}

/**
 * Decodes one whole frame; the payload is a view of it.
 * @throws FrameError where its length, its checksums or its headers are wrong
 */
export function decodeFrame(frame: Buffer, limits: FrameLimits): EventMessage {
  if (frame.length < minFrameBytes) throw new FrameError('a message is cut short');
  if (readPrelude(frame.subarray(0, preludeBytes), limits) !== frame.length)
    throw new FrameError('a message does not have the length that it states');
  const end = frame.length - checksumBytes;
  if (frame.readUInt32BE(end) !== crcOf(frame.subarray(0, end))) throw new FrameError('the message checksum is wrong');
  const payloadAt = preludeBytes + frame.readUInt32BE(4);
  return { headers: decodeHeaders(frame.subarray(preludeBytes, payloadAt)), payload: frame.subarray(payloadAt, end) };
}
