import { Injectable } from '@nestjs/common';
import type { Call, Handler } from '@lantern/aws-protocol';
import { JobStore } from '@lantern/jobs';
import { Database, ObjectStore } from '@lantern/store';
import type { DeleteTranscriptionJobRequest, TranscribeApi } from '../api/index.js';
import { FinishedWindows } from '../jobs/finished-windows.js';
import { findNamedJob, removeEndedJob } from '../jobs/named-jobs.js';
import { isCustomersPlace, subtitlePlace, transcriptPlace } from '../jobs/output-place.js';
import { transcriptionJob, type TranscriptionRecord } from '../jobs/transcription.js';
import { jobNotEnded, jobNotFound } from './transcription-job-errors.js';

/** Removes a job that has ended, and what the service keeps of it; what lies in the customer's bucket stays. */
@Injectable()
export class DeleteTranscriptionJobHandler implements Handler<
  (typeof TranscribeApi.operations)['DeleteTranscriptionJob']
> {
  constructor(
    private readonly jobs: JobStore,
    private readonly objects: ObjectStore,
    private readonly database: Database,
  ) {}

  async handle(
    { TranscriptionJobName }: DeleteTranscriptionJobRequest,
    call: Call,
  ): Promise<{ readonly [member: string]: never }> {
    const record = await findNamedJob(this.jobs, transcriptionJob, call, TranscriptionJobName);
    if (!record) throw jobNotFound();
    if (!record.endedAt) throw jobNotEnded();
    if (!isCustomersPlace(record) && record.outcome) await this.removeResults(record);
    await new FinishedWindows(this.database, record).clear();
    await removeEndedJob(this.jobs, transcriptionJob, call, record.id);
    return {};
  }

  private async removeResults(record: TranscriptionRecord): Promise<void> {
    const { bucket, key } = transcriptPlace(record);
    const subtitles = (record.outcome?.subtitles ?? []).map((format) => subtitlePlace(record, format).key);
    await this.objects.deleteMany({ account: record.account, bucket }, [key, ...subtitles]);
  }
}
