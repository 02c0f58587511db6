import { ServiceError } from '../errors.js';
import type { HttpRequest } from '../http.js';
import type { ChunkedFraming, ErrorStyle, PayloadPlan } from './authentication.js';
import { algorithmOfHeader, declaredDigests } from './declared-digests.js';
import type { SignatureChain } from './signature-chain.js';

/** The values of `x-amz-content-sha256` that are no hash. */
export const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';
const STREAMING = 'STREAMING-';
const SIGNED_CHUNKS = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD';
const SIGNED_EVENTS = 'STREAMING-AWS4-HMAC-SHA256-EVENTS';
const KNOWN_STREAMING = new Set([
  SIGNED_CHUNKS,
  SIGNED_EVENTS,
  `${SIGNED_CHUNKS}-TRAILER`,
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
]);
const SHA256_HEX = /^[0-9a-f]{64}$/;

/** Is the value a hash of the body, as opposed to a statement that it is unsigned or signed in pieces? */
export const isBodyHash = (contentSha256: string): boolean =>
  contentSha256 !== UNSIGNED_PAYLOAD && !contentSha256.startsWith(STREAMING);

/** Refuses what S3 does not know as `x-amz-content-sha256`. */
export function requireKnownContentSha256(value: string): void {
  if (value === UNSIGNED_PAYLOAD || SHA256_HEX.test(value) || KNOWN_STREAMING.has(value)) return;
  const message =
    'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, ' +
    'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-EVENTS or a valid sha256 value.';
  throw new ServiceError('InvalidArgument', message, 400, {
    ArgumentName: 'x-amz-content-sha256',
    ArgumentValue: value,
  });
}

export interface PlanOptions {
  readonly style: ErrorStyle;
  /** What the signature covers in place of the body. */
  readonly contentSha256: string | undefined;
  readonly checkSha256?: (actualHex: string) => void;
  /** Makes the chain of chunk or event signatures; absent where signatures are not verified. */
  readonly chain?: () => SignatureChain;
}

/** Plans the checks of a request's body. @throws ServiceError if its headers contradict each other */
export function planPayload(
  request: HttpRequest,
  { style, contentSha256, checkSha256, chain }: PlanOptions,
): PayloadPlan {
  const digests = declaredDigests(request);
  const plan = { style, digests };
  if (contentSha256 === SIGNED_EVENTS) return chain === undefined ? plan : { ...plan, events: chain() };
  if (contentSha256?.startsWith(STREAMING) || isAwsChunked(request)) {
    return { ...plan, chunked: chunkedFraming(request, contentSha256, chain) };
  }
  return checkSha256 === undefined ? plan : { ...plan, checkSha256 };
}

const isAwsChunked = ({ headers }: HttpRequest): boolean =>
  headers['content-encoding'] !== undefined && /(?:^|,)\s*aws-chunked\s*(?:,|$)/i.test(headers['content-encoding']);

function chunkedFraming(
  request: HttpRequest,
  contentSha256: string | undefined,
  chain: (() => SignatureChain) | undefined,
): ChunkedFraming {
  const { headers } = request;
  const length = headers['x-amz-decoded-content-length'];
  if (length === undefined) {
    throw new ServiceError('MissingContentLength', 'You must provide the Content-Length HTTP header.', 411);
  }
  const decodedBytes = /^\d{1,15}$/.test(length) ? Number(length) : undefined;
  if (decodedBytes === undefined) {
    throw new ServiceError('InvalidArgument', 'The x-amz-decoded-content-length header is not a length in bytes.');
  }
  const hasTrailer = contentSha256 === undefined || contentSha256.endsWith('-TRAILER');
  const trailers = hasTrailer ? announcedTrailers(headers['x-amz-trailer']) : [];
  const isSigned = contentSha256?.startsWith(SIGNED_CHUNKS) ?? false;
  return { trailers, decodedBytes, ...(isSigned && chain !== undefined ? { chain: chain() } : {}) };
}

function announcedTrailers(list: string | undefined): string[] {
  if (list === undefined) return [];
  const names = list.split(',').map((name) => name.trim().toLowerCase());
  if (names.length > 1 || names.some((name) => algorithmOfHeader(name) === undefined)) {
    throw new ServiceError('InvalidRequest', 'The value specified in the x-amz-trailer header is not supported');
  }
  return names;
}
