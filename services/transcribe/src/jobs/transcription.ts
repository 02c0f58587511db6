import { formatArn } from '@lantern/aws-protocol';
import { defineJob, type JobRecord } from '@lantern/jobs';
import type { MediaFormat, StartTranscriptionJobRequest, SubtitleFormat } from '../api/index.js';
import type { S3Location } from './s3-location.js';

/** What a job keeps of the request that started it. */
export interface TranscriptionRequest {
  /** In AWS's terms: Get gives it back. Tags are the record's. */
  readonly asked: Omit<StartTranscriptionJobRequest, 'Tags'>;
  /** Where the media lies. */
  readonly media: S3Location;
  /** A word of this start alone: two starts with one name are never the same request, as on AWS. */
  readonly nonce: string;
}

/** How a job went. */
export interface TranscriptionOutcome {
  readonly durationMs: number;
  /** As the file has it. */
  readonly sampleRateHz: number;
  readonly mediaFormat: MediaFormat;
  readonly nWindows: number;
  /** Formats of the subtitles that were written. */
  readonly subtitles: readonly SubtitleFormat[];
  /** Digest of the model that heard. */
  readonly model: string;
}

export type TranscriptionRecord = JobRecord<TranscriptionRequest, TranscriptionOutcome>;

/** Jobs that write down what is said in a recording. */
export const transcriptionJob = defineJob<TranscriptionRequest, TranscriptionOutcome>({
  name: 'transcribe.transcription',
  concurrency: 2,
  attempts: 3,
  backoffMs: 1_000,
  timeoutMs: 24 * 60 * 60_000,
});

/** ARN of a job, by which it is tagged. */
export const transcriptionJobArn = ({ account, region, name = '' }: Pick<JobRecord, 'account' | 'region' | 'name'>) =>
  formatArn({ service: 'transcribe', region, account, resource: `transcription-job/${name}` });
