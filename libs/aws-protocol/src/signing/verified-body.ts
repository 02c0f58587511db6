import { hash } from 'node:crypto';
import { Transform, type Readable, type TransformCallback } from 'node:stream';
import { ServiceError } from '../errors.js';
import type { HttpRequest } from '../http.js';
import type { Authentication, ErrorStyle } from './authentication.js';
import { BodyCheck, type VerifiedDigests } from './body-check.js';

/**
 * Checks a body that was read already, and decodes it.
 * @throws ServiceError if its hash, signatures, checksums or framing are not as promised
 */
export function verifyBody(bytes: Buffer, request: HttpRequest, { payload }: Authentication): Buffer {
  if (payload.chunked === undefined && payload.digests.length === 0) {
    payload.checkSha256?.(hash('sha256', bytes));
    return bytes;
  }
  const check = new BodyCheck(payload, request);
  const parts: Buffer[] = [];
  check.write(bytes, (data) => parts.push(data));
  check.end();
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
}

/**
 * Reads a whole body, decoded and verified.
 * When it throws because of the limit, the rest of the body is left unread: the caller should close the connection.
 * @param limitBytes how much is read at most, framing included
 * @throws ServiceError
 */
export async function readVerifiedBody(
  request: HttpRequest,
  authentication: Authentication,
  limitBytes: number,
): Promise<Buffer> {
  const { style } = authentication.payload;
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) throw tooLarge(style, limitBytes);
  return verifyBody(
    await readBytes(request.body, () => tooLarge(style, limitBytes), limitBytes),
    request,
    authentication,
  );
}

/** A body on its way through its checks. An `error` at its end means that nothing of it may be kept. */
export class VerifiedBody extends Transform {
  private readonly check: BodyCheck;

  constructor(request: HttpRequest, { payload }: Authentication) {
    super();
    this.check = new BodyCheck(payload, request);
  }

  /** The digests that held, by header name, trailing ones included; empty until the stream has ended. */
  get digests(): VerifiedDigests {
    return this.check.digests;
  }

  override _transform(bytes: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    attempt(done, () => this.check.write(bytes, (data) => this.push(data)));
  }

  override _flush(done: TransformCallback): void {
    attempt(done, () => this.check.end());
  }
}

/**
 * Opens a body as a stream, decoded and verified as it flows; memory stays flat whatever its length.
 * The stream ends with an error if anything promised does not hold.
 */
export function openVerifiedBody(request: HttpRequest, authentication: Authentication): VerifiedBody {
  const verified = new VerifiedBody(request, authentication);
  const { body } = request;
  // A check can fail before anyone reads; whoever reads later learns of it from the stream, and the process lives on.
  verified.on('error', () => undefined);
  // Not `pipeline`: on a failed check it would destroy the request's socket, and the client would never see why.
  body.once('error', (error) => verified.destroy(error));
  const breakOff = () =>
    void verified.destroy(new ServiceError('RequestTimeout', 'The client left before its body ended.'));
  body.once('close', () => {
    if (!body.readableEnded) breakOff();
  });
  // The request was answered before its end: nothing more will come.
  verified.once('unpipe', () => {
    if (!verified.writableEnded) breakOff();
  });
  return body.pipe(verified);
}

/** The digests of a stream from `openVerifiedBody`; empty for other streams and before its end. */
export const verifiedDigests = (body: Readable): VerifiedDigests => (body instanceof VerifiedBody ? body.digests : {});

function attempt(done: TransformCallback, work: () => void): void {
  try {
    work();
  } catch (error) {
    done(error instanceof Error ? error : new Error(String(error)));
    return;
  }
  done();
}

/** Reads with listeners: leaving a `for await` loop early would destroy the socket before the answer is written. */
function readBytes(body: Readable, refuse: () => ServiceError, limitBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    const stop = () => {
      body.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose);
    };
    const onData = (part: Buffer | string) => {
      const bytes = typeof part === 'string' ? Buffer.from(part) : part;
      size += bytes.length;
      if (size > limitBytes) {
        stop();
        body.pause();
        reject(refuse());
      } else parts.push(bytes);
    };
    let ended = false;
    // The listeners go with the request: taking each of them off would cost more than reading a small body.
    const onEnd = () => {
      ended = true;
      resolve(parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts));
    };
    const onError = (error: Error) => {
      stop();
      reject(error);
    };
    const onClose = () => {
      if (!ended) onError(new ServiceError('RequestTimeout', 'The client left before its body ended.'));
    };
    if (body.readableEnded) resolve(Buffer.alloc(0));
    else body.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose);
  });
}

const tooLarge = (style: ErrorStyle, limitBytes: number): ServiceError =>
  style === 's3'
    ? new ServiceError('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed object size.', 400, {
        MaxSizeAllowed: limitBytes,
      })
    : new ServiceError('RequestEntityTooLargeException', `The request is larger than ${limitBytes} bytes.`, 413);
