import { FrameError } from './frame-error.js';
import { decodeFrame, preludeBytes, readPrelude, type EventMessage, type FrameLimits } from './frame.js';

/** The first size of the buffer in which a frame is gathered; it doubles up to the frame's length. */
const firstCapacity = 1024;

/**
 * Finds frames in bytes that arrive in pieces of any size. It holds what has arrived of one frame, in a buffer that grows
 * with the bytes and not with the announced length, nor with the number of pieces.
 */
export class FrameSplitter {
  private gathered = Buffer.alloc(0);
  private nBytes = 0;
  /** Length of the frame that is arriving; undefined until its prelude is whole. */
  private frameBytes: number | undefined;

  constructor(private readonly limits: FrameLimits) {}

  /**
   * Takes in a piece and gives the messages that became whole with it.
   * @throws FrameError; the splitter is of no use afterwards
   */
  *write(piece: Buffer): Generator<EventMessage, void, undefined> {
    let rest = piece;
    while (rest.length > 0) {
      const taken = rest.subarray(0, (this.frameBytes ?? preludeBytes) - this.nBytes);
      rest = rest.subarray(taken.length);
      this.gather(taken);
      if (this.frameBytes === undefined && this.nBytes === preludeBytes)
        this.frameBytes = readPrelude(this.gathered.subarray(0, preludeBytes), this.limits);
      if (this.nBytes === this.frameBytes) yield decodeFrame(this.takeFrame(), this.limits);
    }
  }

  /** @throws FrameError if the bytes ended within a frame */
  end(): void {
    if (this.nBytes > 0) throw new FrameError('the stream ends within a message');
  }

  private gather(bytes: Buffer): void {
    const needed = this.nBytes + bytes.length;
    if (needed > this.gathered.length) {
      const grown = Buffer.alloc(Math.max(needed, firstCapacity, 2 * this.gathered.length));
      this.gathered.copy(grown, 0, 0, this.nBytes);
      this.gathered = grown;
    }
    bytes.copy(this.gathered, this.nBytes);
    this.nBytes = needed;
  }

  /** Hands the buffer over with the frame: messages are views of it, and the next frame starts a new one. */
  private takeFrame(): Buffer {
    const frame = this.gathered.subarray(0, this.nBytes);
    this.gathered = Buffer.alloc(0);
    this.nBytes = 0;
    this.frameBytes = undefined;
    return frame;
  }
}

/** The messages in a stream of bytes. @throws FrameError */
export async function* readMessages(
  bytes: AsyncIterable<Uint8Array>,
  limits: FrameLimits,
): AsyncGenerator<EventMessage, void, undefined> {
  const splitter = new FrameSplitter(limits);
  for await (const piece of bytes) yield* splitter.write(asBuffer(piece));
  splitter.end();
}

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
