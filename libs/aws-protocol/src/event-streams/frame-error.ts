/** Bytes that are no event-stream message. The message is a sentence fragment for the client: what is wrong. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}
