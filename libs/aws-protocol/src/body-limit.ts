import { hasStreamingInput, structure } from './protocols/protocol.js';
import type { Operation, ServiceApi } from './schema.js';

const mebibyte = 1024 * 1024;
/** S3's largest single upload, https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const largestUpload = 5 * 1024 * mebibyte;
/** Text requests: the largest of AWS's limits for the JSON services is a state machine's definition, 1 MiB. */
const textLimit = 4 * mebibyte;
/** A blob without a maximum in its model, e.g. an inline document; AWS's documented limits end at 10 MiB. */
const unboundedBlob = 10 * mebibyte;

const limits = new WeakMap<ServiceApi, Map<string, number>>();

/** The most bytes that an operation's body may have; more is refused before it is read to the end. */
export function bodyLimitBytes(api: ServiceApi, operation: Operation): number {
  let known = limits.get(api);
  if (!known) limits.set(api, (known = new Map<string, number>()));
  let limit = known.get(operation.name);
  if (limit === undefined) known.set(operation.name, (limit = computeLimit(api, operation)));
  return limit;
}

function computeLimit(api: ServiceApi, operation: Operation): number {
  if (hasStreamingInput(api, operation)) return largestUpload;
  const blobs = largestBlob(api, operation.input, new Set());
  // Base64 turns three bytes into four.
  return Math.min(textLimit + Math.ceil((blobs * 4) / 3), 64 * mebibyte);
}

function largestBlob(api: ServiceApi, name: string, seen: Set<string>): number {
  if (seen.has(name)) return 0;
  seen.add(name);
  const shape = api.shapes[name];
  switch (shape?.type) {
    case 'blob':
      return shape.length?.[1] ?? unboundedBlob;
    case 'list':
      return largestBlob(api, shape.member.shape, seen);
    case 'map':
      return largestBlob(api, shape.value.shape, seen);
    case 'structure':
    case 'union':
      return Object.values(structure(api, name).members).reduce(
        (sum, member) => sum + largestBlob(api, member.shape, seen),
        0,
      );
    default:
      return 0;
  }
}
