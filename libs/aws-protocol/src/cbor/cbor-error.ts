/** Bytes that are no CBOR document, or one beyond our limits. The message is a sentence fragment: what is wrong. */
export class CborError extends Error {
  override readonly name = 'CborError';
}
