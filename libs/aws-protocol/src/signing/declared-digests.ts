import { ChecksumAlgorithms, digestSizeBytes, type ChecksumAlgorithm } from '../checksums/checksum.js';
import { ServiceError } from '../errors.js';
import type { HttpRequest } from '../http.js';
import type { ExpectedDigest } from './authentication.js';

const PREFIX = 'x-amz-checksum-';
/** Headers of that prefix that say how, not what. */
const NOT_DIGESTS = new Set(['x-amz-checksum-algorithm', 'x-amz-checksum-mode', 'x-amz-checksum-type']);
const MD5_BYTES = 16;

const ALGORITHMS: ReadonlyMap<string, ChecksumAlgorithm> = new Map(
  ChecksumAlgorithms.map((algorithm) => [PREFIX + algorithm.toLowerCase(), algorithm]),
);

/** The algorithm whose value a header carries; `undefined` for other headers. */
export const algorithmOfHeader = (name: string): ChecksumAlgorithm | undefined => ALGORITHMS.get(name);

/** Collects the digests that a request's headers promise of its body. @throws ServiceError for values that are none */
export function declaredDigests({ method, headers, rawQuery }: HttpRequest): ExpectedDigest[] {
  const digests: ExpectedDigest[] = [];
  const md5 = headers['content-md5'];
  if (md5 !== undefined) {
    const digest = decodeDigest(md5, MD5_BYTES);
    if (digest === undefined) throw new ServiceError('InvalidDigest', 'The Content-MD5 you specified was invalid.');
    digests.push({ header: 'content-md5', algorithm: 'MD5', digest });
  }
  // CompleteMultipartUpload carries the checksum of the object it makes, not of its body.
  if (method === 'POST' && /(?:^|&)uploadId=/.test(rawQuery)) return digests;
  const before = digests.length;
  for (const name of Object.keys(headers)) {
    if (!name.startsWith(PREFIX) || NOT_DIGESTS.has(name)) continue;
    digests.push(parseDigest(name, headers[name] ?? ''));
  }
  if (digests.length - before > 1) {
    const message = 'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.';
    throw new ServiceError('InvalidRequest', message);
  }
  return digests;
}

/** Reads the value of a checksum header or trailer. */
export function parseDigest(header: string, value: string): ExpectedDigest {
  const algorithm = ALGORITHMS.get(header);
  if (algorithm === undefined) {
    const valid = ChecksumAlgorithms.join(', ');
    const message = `Checksum algorithm provided is unsupported. Please try again with any of the valid types: [${valid}]`;
    throw new ServiceError('InvalidRequest', message);
  }
  const digest = decodeDigest(value, digestSizeBytes(algorithm));
  if (digest === undefined) throw new ServiceError('InvalidRequest', `Value for ${header} header is invalid.`);
  return { header, algorithm, digest };
}

/** Strict base64 of exactly so many bytes. */
function decodeDigest(text: string, sizeBytes: number): Buffer | undefined {
  const digest = Buffer.from(text, 'base64');
  return digest.length === sizeBytes && digest.toString('base64') === text ? digest : undefined;
}
