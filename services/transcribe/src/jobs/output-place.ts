import type { SubtitleFormat } from '../api/index.js';
import type { S3Location } from './s3-location.js';
import type { TranscriptionRecord } from './transcription.js';

type Job = Pick<TranscriptionRecord, 'id' | 'account' | 'region' | 'name' | 'request'>;

/** Bucket of the transcripts of jobs that name none, after AWS's own. It is one of the customer's account. */
export const serviceBucket = (region: string): string => `aws-transcribe-${region}-prod`;

/** True where the transcript goes where the customer said. */
export const isCustomersPlace = ({ request }: Pick<Job, 'request'>): boolean =>
  request.asked.OutputBucketName !== undefined;

/**
 * Where a job's transcript goes. A key that does not end in `.json` is a folder:
 * https://docs.aws.amazon.com/transcribe/latest/APIReference/API_StartTranscriptionJob.html (OutputKey, read 2026-11)
 */
export function transcriptPlace({ id, account, region, name = '', request }: Job): S3Location {
  const { OutputBucketName: bucket, OutputKey: key } = request.asked;
  if (bucket === undefined)
    return { bucket: serviceBucket(region), key: `${account}/${name}/${uuidOf(id)}/asrOutput.json` };
  if (key === undefined) return { bucket, key: `${name}.json` };
  if (key.endsWith('.json')) return { bucket, key };
  return { bucket, key: `${key.replace(/\/+$/, '')}/${name}.json`.replace(/^\//, '') };
}

/** Subtitles lie beside the transcript, under its name. */
export function subtitlePlace(job: Job, format: SubtitleFormat): S3Location {
  const { bucket, key } = transcriptPlace(job);
  return { bucket, key: key.replace(/\.json$/, `.${format}`) };
}

/** The formats of subtitles that were asked for, each once. */
export const subtitleFormats = ({ request }: Pick<Job, 'request'>): readonly SubtitleFormat[] => [
  ...new Set(request.asked.Subtitles?.Formats ?? []),
];

const uuidOf = (id: string): string => id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
