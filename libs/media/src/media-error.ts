/**
 * What went wrong with a media file:
 * - `unsupported`: a format, codec or shape of content that is not read here
 * - `corrupt`: the bytes are not what they say they are, or end too early
 * - `too-large`: more bytes, pixels, seconds or memory than the caller allows
 * - `timed-out`: a decoder took longer than the caller allows
 * - `no-ffmpeg`: only ffmpeg reads this, and there is none; the message says what to install
 */
export type MediaErrorKind = 'unsupported' | 'corrupt' | 'too-large' | 'timed-out' | 'no-ffmpeg';

/** A media file that cannot be used. The message is a sentence about the file, fit to be shown to whoever sent it. */
export class MediaError extends Error {
  override readonly name = 'MediaError';

  constructor(
    readonly kind: MediaErrorKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
