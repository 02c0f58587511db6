import { Injectable } from '@nestjs/common';
import type { Call, Handler } from '@lantern/aws-protocol';
import { JobStore } from '@lantern/jobs';
import { InvalidPageTokenError } from '@lantern/store';
import type { ListTranscriptionJobsRequest, ListTranscriptionJobsResponse, TranscribeApi } from '../api/index.js';
import { listNamedJobs } from '../jobs/named-jobs.js';
import { fromTranscriptionStatus, toTranscriptionJobSummary } from '../jobs/transcription-properties.js';
import { transcriptionJob } from '../jobs/transcription.js';
import { invalidPageToken } from './transcription-job-errors.js';

/** https://docs.aws.amazon.com/transcribe/latest/APIReference/API_ListTranscriptionJobs.html (read 2026-11) */
const DEFAULT_PAGE = 5;

@Injectable()
export class ListTranscriptionJobsHandler implements Handler<
  (typeof TranscribeApi.operations)['ListTranscriptionJobs']
> {
  constructor(private readonly jobs: JobStore) {}

  async handle(
    { Status, JobNameContains, NextToken, MaxResults = DEFAULT_PAGE }: ListTranscriptionJobsRequest,
    { account, region }: Call,
  ): Promise<ListTranscriptionJobsResponse> {
    const states = Status && fromTranscriptionStatus(Status);
    const request = { account, region, states, nameContains: JobNameContains, size: MaxResults, token: NextToken };
    try {
      const page = await listNamedJobs(this.jobs, transcriptionJob, request);
      return {
        Status,
        NextToken: page.nextToken,
        TranscriptionJobSummaries: page.items.map(toTranscriptionJobSummary),
      };
    } catch (cause) {
      throw cause instanceof InvalidPageTokenError ? invalidPageToken() : cause;
    }
  }
}
