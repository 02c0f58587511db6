import { ServiceError } from '@lantern/aws-protocol';
import { JobFailure } from '@lantern/jobs';
import { MediaError } from '@lantern/media';

/*
 * The reasons for which a job fails. Those of the media are AWS's, where it publishes them:
 * https://docs.aws.amazon.com/transcribe/latest/APIReference/API_TranscriptionJob.html (FailureReason, read 2026-11)
 */

const formatMismatch =
  'The media format provided does not match the detected media format. Check the media format of your media file and make sure the two values match.';
const unsupported = 'Unsupported media format. Refer to MediaFormat for a list of supported formats.';
const rateMismatch =
  'The sample rate provided does not match the detected sample rate. Check the sample rate of your media file and make sure the two values match.';
const tooLarge = 'Invalid file size: file size too large.';
const tooManyChannels = 'Invalid number of channels: number of channels too large.';
const invalidMedia = "The data in your input media file isn't valid. Check the media file and try your request again.";
const unreadable =
  "The S3 URI that you provided can't be accessed. Make sure that you have read permission and try your request again.";
const unwritable =
  "The specified S3 bucket can't be accessed. Make sure that you have write permission and try your request again.";

export const formatMismatchFailure = (): JobFailure => new JobFailure(formatMismatch);
export const rateMismatchFailure = (): JobFailure => new JobFailure(rateMismatch);
export const tooManyChannelsFailure = (): JobFailure => new JobFailure(tooManyChannels);

/** The words are ours: AWS hears every language that it lists. */
export const noEngineFailure = (language: string): JobFailure =>
  new JobFailure(
    `No speech model for ${language} is installed here: English is the only language that can be transcribed so far.`,
  );

/** What a media file that cannot be read says to the customer; anything else is passed on, and the job is tried again. */
export function mediaFailure(cause: unknown): unknown {
  if (!(cause instanceof MediaError)) return cause;
  switch (cause.kind) {
    case 'unsupported':
      return new JobFailure(unsupported);
    case 'too-large':
      return new JobFailure(`${tooLarge} ${cause.message}`);
    case 'no-ffmpeg':
      return new JobFailure(`${unsupported} ${cause.message}`);
    case 'corrupt':
    case 'timed-out':
      return new JobFailure(invalidMedia);
  }
}

/** The store's refusals are the customer's to mend. */
const isRefusal = (cause: unknown) => cause instanceof ServiceError && cause.fault === 'client';

export const readFailure = (cause: unknown): unknown => (isRefusal(cause) ? new JobFailure(unreadable) : cause);
export const writeFailure = (cause: unknown): unknown => (isRefusal(cause) ? new JobFailure(unwritable) : cause);

/** The same sentences, at a start that finds out by itself. */
export const startSentences = {
  unreadable,
  unwritable,
  noObject:
    "The URI that you provided doesn't point to an S3 object. Make sure that the object exists and try your request again.",
} as const;
