import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { PublicUrl, ServiceError, type Call, type Handler } from '@lantern/aws-protocol';
import { ClientTokenConflictError, JobStore } from '@lantern/jobs';
import { ObjectStore } from '@lantern/store';
import {
  BadRequestException,
  type StartTranscriptionJobRequest,
  type StartTranscriptionJobResponse,
  type TranscribeApi,
} from '../api/index.js';
import { startSentences } from '../jobs/job-failures.js';
import { checkTranscriptionRequest } from '../jobs/request-checks.js';
import { readMediaUri } from '../jobs/s3-location.js';
import { toTranscriptionJob } from '../jobs/transcription-properties.js';
import { transcriptionJob } from '../jobs/transcription.js';
import { readTags } from '../resources/tags.js';
import { jobNameTaken } from './transcription-job-errors.js';

@Injectable()
export class StartTranscriptionJobHandler implements Handler<
  (typeof TranscribeApi.operations)['StartTranscriptionJob']
> {
  constructor(
    private readonly jobs: JobStore,
    private readonly objects: ObjectStore,
    private readonly publicUrl: PublicUrl,
  ) {}

  async handle(
    { Tags, ...asked }: StartTranscriptionJobRequest,
    { account, region }: Call,
  ): Promise<StartTranscriptionJobResponse> {
    checkTranscriptionRequest(asked);
    const tags = readTags(Tags);
    const media = readMediaUri(asked.Media.MediaFileUri ?? '', this.publicUrl.origin);
    if (!media) throw new BadRequestException(startSentences.noObject);
    await accessible(this.objects.head({ account, ...media }), startSentences.noObject);
    const bucket = asked.OutputBucketName;
    if (bucket !== undefined) await accessible(this.objects.headBucket({ account, bucket }), startSentences.unwritable);
    const name = asked.TranscriptionJobName;
    const request = { asked, media, nonce: randomUUID() };
    try {
      const record = await this.jobs.start(transcriptionJob, {
        account,
        region,
        name,
        clientToken: name,
        request,
        tags,
      });
      return { TranscriptionJob: toTranscriptionJob(record) };
    } catch (cause) {
      throw cause instanceof ClientTokenConflictError ? jobNameTaken() : cause;
    }
  }
}

/** @throws BadRequestException with the sentence where the store refuses */
async function accessible(asked: Promise<unknown>, sentence: string): Promise<void> {
  try {
    await asked;
  } catch (cause) {
    throw cause instanceof ServiceError && cause.fault === 'client' ? new BadRequestException(sentence) : cause;
  }
}
