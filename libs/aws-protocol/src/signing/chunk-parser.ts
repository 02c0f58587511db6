import { createHash, hash, type Hash } from 'node:crypto';
import { ServiceError } from '../errors.js';
import type { ChunkedFraming } from './authentication.js';
import type { SigningErrors } from './signing-errors.js';

/** A chunk's first line is at most 13 digits, `;chunk-signature=` and 64 digits; anything longer is no chunk. */
const MAX_LINE_BYTES = 256;
const MAX_TRAILER_LINES = 4;
/** Chunks but the last hold at least so much, as S3 demands; smaller ones would cost a signature per few bytes. */
const MIN_CHUNK_BYTES = 8_192;
const CHUNK_LINE = /^([0-9A-Fa-f]{1,13})(?:;chunk-signature=([0-9a-f]{64}))?\r$/;
const TRAILER_LINE = /^([A-Za-z0-9-]+):[ \t]*([\x21-\x7e]+)[ \t]*\r$/;
const TRAILER_SIGNATURE = 'x-amz-trailer-signature';
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

type State = 'chunk line' | 'data' | 'data end' | 'trailer line' | 'done';

/**
 * Takes `aws-chunked` bodies apart, piece by piece as they arrive, and verifies the signatures of chunks and trailers.
 * It holds no more than one line. Data is handed on before its chunk's signature is known: nothing may be kept unless
 * `end` returns.
 */
export class ChunkParser {
  /** Trailing headers by lower-case name; complete once `end` returned. */
  readonly trailers = new Map<string, string>();

  private state: State = 'chunk line';
  private line = '';
  private trailerLines = 0;
  private canonicalTrailers = '';
  private trailerSignature = '';
  private chunkSignature = '';
  private chunkHash: Hash | undefined;
  private chunkBytes = 0;
  private chunkBytesLeft = 0;
  private chunkCount = 0;
  private decodedBytes = 0;

  constructor(
    private readonly framing: ChunkedFraming,
    private readonly errors: SigningErrors,
  ) {}

  /** @param emit is given views of `bytes`. @throws ServiceError */
  write(bytes: Buffer, emit: (data: Buffer) => void): void {
    let at = 0;
    while (at < bytes.length) {
      switch (this.state) {
        case 'data':
          at = this.takeData(bytes, at, emit);
          break;
        case 'data end':
          at = this.takeDataEnd(bytes, at);
          break;
        case 'chunk line':
        case 'trailer line':
          at = this.takeLine(bytes, at);
          break;
        case 'done':
          throw malformedTrailer();
      }
    }
  }

  /** Ends the body. @throws ServiceError if it is not complete */
  end(): void {
    if (this.state !== 'done' || this.decodedBytes !== this.framing.decodedBytes) throw incompleteBody();
  }

  private takeData(bytes: Buffer, at: number, emit: (data: Buffer) => void): number {
    const data = bytes.subarray(at, at + this.chunkBytesLeft);
    this.chunkHash?.update(data);
    this.chunkBytesLeft -= data.length;
    emit(data);
    if (this.chunkBytesLeft === 0) {
      this.verifyChunk();
      this.state = 'data end';
    }
    return at + data.length;
  }

  private takeDataEnd(bytes: Buffer, at: number): number {
    const expected = this.line === '' ? CARRIAGE_RETURN : LINE_FEED;
    if (bytes[at] !== expected) throw incompleteBody();
    this.line = this.line === '' ? '\r' : '';
    if (expected === LINE_FEED) this.state = 'chunk line';
    return at + 1;
  }

  private takeLine(bytes: Buffer, at: number): number {
    const lineFeed = bytes.indexOf(LINE_FEED, at);
    const end = lineFeed < 0 ? bytes.length : lineFeed;
    if (this.line.length + end - at > MAX_LINE_BYTES) throw this.malformedLine();
    this.line += bytes.toString('latin1', at, end);
    if (lineFeed < 0) return end;
    const line = this.line;
    this.line = '';
    if (this.state === 'chunk line') this.startChunk(line);
    else this.takeTrailer(line);
    return end + 1;
  }

  private startChunk(line: string): void {
    const [, size = '', signature] = CHUNK_LINE.exec(line) ?? [];
    const isSigned = this.framing.chain !== undefined;
    if (size === '' || (isSigned && signature === undefined)) throw incompleteBody();
    const bytes = parseInt(size, 16);
    if (bytes > 0 && this.chunkCount > 0 && this.chunkBytes < MIN_CHUNK_BYTES) throw this.smallChunk();
    this.decodedBytes += bytes;
    if (this.decodedBytes > this.framing.decodedBytes) throw incompleteBody();
    this.chunkCount += 1;
    this.chunkBytes = this.chunkBytesLeft = bytes;
    this.chunkSignature = signature ?? '';
    this.chunkHash = isSigned ? createHash('sha256') : undefined;
    this.state = bytes > 0 ? 'data' : 'trailer line';
    if (bytes === 0) this.verifyChunk();
  }

  private verifyChunk(): void {
    const { chain } = this.framing;
    if (chain === undefined || this.chunkHash === undefined) return;
    if (!chain.acceptsChunk(this.chunkSignature, this.chunkHash.digest('hex')))
      throw this.mismatch(this.chunkSignature);
  }

  /** An empty line ends the trailers, also when there are none. */
  private takeTrailer(line: string): void {
    if (line === '\r') {
      this.finishTrailers();
      return;
    }
    const [, spelling, value] = TRAILER_LINE.exec(line) ?? [];
    const name = spelling?.toLowerCase();
    if (name === undefined || value === undefined || ++this.trailerLines > MAX_TRAILER_LINES) throw malformedTrailer();
    if (name === TRAILER_SIGNATURE) {
      if (this.trailerSignature !== '') throw malformedTrailer();
      this.trailerSignature = value;
      return;
    }
    if (this.trailerSignature !== '' || this.trailers.has(name)) throw malformedTrailer();
    if (!this.framing.trailers.includes(name)) throw malformedTrailer();
    this.trailers.set(name, value);
    this.canonicalTrailers += `${name}:${value}\n`;
  }

  private finishTrailers(): void {
    const { chain, trailers } = this.framing;
    if (this.trailers.size !== trailers.length) throw malformedTrailer();
    if (chain !== undefined && trailers.length > 0) {
      if (this.trailerSignature === '') throw malformedTrailer();
      const accepted = chain.acceptsTrailer(this.trailerSignature, hash('sha256', this.canonicalTrailers));
      if (!accepted) throw this.mismatch(this.trailerSignature);
    }
    this.state = 'done';
  }

  private malformedLine(): ServiceError {
    return this.state === 'chunk line' ? incompleteBody() : malformedTrailer();
  }

  private mismatch(signature: string): ServiceError {
    return this.errors.mismatch({ accessKeyId: '', stringToSign: '', signature });
  }

  private smallChunk(): ServiceError {
    const message = 'Only the last chunk is allowed to have a size less than 8192 bytes';
    return new ServiceError('InvalidChunkSizeError', message, 403, {
      Chunk: this.chunkCount,
      BadChunkSize: this.chunkBytes,
    });
  }
}

const incompleteBody = (): ServiceError =>
  new ServiceError(
    'IncompleteBody',
    'You did not provide the number of bytes specified by the Content-Length HTTP header, or the aws-chunked framing is broken.',
  );

const malformedTrailer = (): ServiceError =>
  new ServiceError(
    'MalformedTrailerError',
    'The request contained trailing data that was not well-formed or did not conform to our published schema.',
  );
