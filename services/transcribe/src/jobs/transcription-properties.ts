import { JobStatus } from '@lantern/jobs';
import type { TranscriptionJob, TranscriptionJobStatus, TranscriptionJobSummary } from '../api/index.js';
import { writeTags } from '../resources/tags.js';
import { isCustomersPlace } from './output-place.js';
import type { TranscriptionRecord } from './transcription.js';

/** Where a job's files can be read. */
export interface ResultAddresses {
  readonly transcript: string;
  readonly subtitles: readonly string[];
}

const words: Readonly<Record<JobStatus, TranscriptionJobStatus>> = {
  QUEUED: 'QUEUED',
  IN_PROGRESS: 'IN_PROGRESS',
  // Transcribe has no operation that stops a job.
  STOP_REQUESTED: 'IN_PROGRESS',
  STOPPED: 'FAILED',
  COMPLETED: 'COMPLETED',
  FAILED: 'FAILED',
};

/** A state in Transcribe's words. */
export const toTranscriptionStatus = (status: JobStatus): TranscriptionJobStatus => words[status];

/** The states that a word stands for. */
export const fromTranscriptionStatus = (word: TranscriptionJobStatus): JobStatus[] =>
  Object.values(JobStatus).filter((status) => words[status] === word);

/** What Start and Get tell of a job. @param addresses of a job that has COMPLETED */
export function toTranscriptionJob(record: TranscriptionRecord, addresses?: ResultAddresses): TranscriptionJob {
  const { outcome, tags, request } = record;
  const { asked } = request;
  return {
    ...commonProperties(record),
    MediaSampleRateHertz: outcome?.sampleRateHz ?? asked.MediaSampleRateHertz,
    MediaFormat: outcome?.mediaFormat ?? asked.MediaFormat,
    Media: asked.Media,
    Transcript: addresses && { TranscriptFileUri: addresses.transcript },
    Settings: asked.Settings,
    JobExecutionSettings: asked.JobExecutionSettings,
    Subtitles: asked.Subtitles && {
      Formats: asked.Subtitles.Formats,
      SubtitleFileUris: addresses?.subtitles,
      OutputStartIndex: asked.Subtitles.OutputStartIndex,
    },
    Tags: Object.keys(tags).length > 0 ? writeTags(tags) : undefined,
  };
}

/** What List tells of a job. */
export const toTranscriptionJobSummary = (record: TranscriptionRecord): TranscriptionJobSummary => ({
  ...commonProperties(record),
  OutputLocationType: isCustomersPlace(record) ? 'CUSTOMER_BUCKET' : 'SERVICE_BUCKET',
});

function commonProperties(record: TranscriptionRecord) {
  const { name, status, failure, submittedAt, startedAt, endedAt, request } = record;
  return {
    TranscriptionJobName: name,
    TranscriptionJobStatus: toTranscriptionStatus(status),
    LanguageCode: request.asked.LanguageCode,
    CreationTime: submittedAt,
    StartTime: startedAt,
    CompletionTime: endedAt,
    FailureReason: failure,
    ModelSettings: request.asked.ModelSettings,
  };
}
