import { hash } from 'node:crypto';
import { ServiceError } from '../errors.js';
import type { SignatureChain } from '../signing/signature-chain.js';
import { encodeHeaders } from './event-headers.js';
import { FrameError } from './frame-error.js';
import { decodeFrame, type EventMessage, type FrameLimits } from './frame.js';

/** In the words in which a request's signature is refused. */
const mismatch = () =>
  new ServiceError(
    'InvalidSignatureException',
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and ' +
      'signing method. Consult the service documentation for details.',
    403,
  );

/**
 * Takes messages out of their signed envelopes: a message with `:date` and `:chunk-signature` whose payload is another
 * message. An envelope without payload ends the stream.
 * https://docs.aws.amazon.com/transcribe/latest/dg/streaming-http2.html
 * @param chain continues the request's signature; absent where nothing is verified (API keys, open mode, WebSockets), and
 *              then messages without an envelope pass too
 * @throws ServiceError where a signature is missing or wrong, FrameError where an envelope is none, or the end is missing
 */
export async function* openEnvelopes(
  messages: AsyncIterable<EventMessage>,
  chain: SignatureChain | undefined,
  limits: FrameLimits,
): AsyncGenerator<EventMessage, void, undefined> {
  for await (const message of messages) {
    const signature = message.headers.get(':chunk-signature');
    if (signature === undefined) {
      if (chain) throw mismatch();
      yield message;
      continue;
    }
    if (chain && !isSigned(message, chain)) throw mismatch();
    if (message.payload.length === 0) return;
    const { buffer, byteOffset, byteLength } = message.payload;
    yield decodeFrame(Buffer.from(buffer, byteOffset, byteLength), limits);
  }
  // Without its signed end, a stream may have been cut on the way.
  if (chain) throw new FrameError('the stream ends without its signed end');
}

function isSigned({ headers, payload }: EventMessage, chain: SignatureChain): boolean {
  const date = headers.get(':date');
  const signature = headers.get(':chunk-signature');
  if (date?.type !== 'timestamp' || signature?.type !== 'binary') return false;
  const iso = date.value.toISOString();
  // A year of more than four digits has no basic form.
  if (!/^\d{4}-/.test(iso)) return false;
  const time = iso.replace(/\.\d+|[-:]/g, '');
  const headerHash = hash('sha256', encodeHeaders(new Map([[':date', date]])));
  const hex = Buffer.from(signature.value).toString('hex');
  return chain.acceptsEvent(hex, time, headerHash, hash('sha256', payload));
}
