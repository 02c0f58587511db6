import { Injectable } from '@nestjs/common';
import type { Call, Handler } from '@lantern/aws-protocol';
import { JobStore } from '@lantern/jobs';
import type { GetTranscriptionJobRequest, GetTranscriptionJobResponse, TranscribeApi } from '../api/index.js';
import { findNamedJob } from '../jobs/named-jobs.js';
import { ResultAddressBook } from '../jobs/result-addresses.js';
import { toTranscriptionJob } from '../jobs/transcription-properties.js';
import { transcriptionJob } from '../jobs/transcription.js';
import { jobNotFound } from './transcription-job-errors.js';

@Injectable()
export class GetTranscriptionJobHandler implements Handler<(typeof TranscribeApi.operations)['GetTranscriptionJob']> {
  constructor(
    private readonly jobs: JobStore,
    private readonly addresses: ResultAddressBook,
  ) {}

  async handle({ TranscriptionJobName }: GetTranscriptionJobRequest, call: Call): Promise<GetTranscriptionJobResponse> {
    const record = await findNamedJob(this.jobs, transcriptionJob, call, TranscriptionJobName);
    if (!record) throw jobNotFound();
    return { TranscriptionJob: toTranscriptionJob(record, await this.addresses.of(record)) };
  }
}
