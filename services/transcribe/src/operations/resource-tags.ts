import { Injectable } from '@nestjs/common';
import { parseArn, type Call, type Handler } from '@lantern/aws-protocol';
import { JobStore } from '@lantern/jobs';
import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  TagResourceRequest,
  TagResourceResponse,
  TranscribeApi,
  UntagResourceRequest,
  UntagResourceResponse,
} from '../api/index.js';
import { findNamedJob } from '../jobs/named-jobs.js';
import { transcriptionJob, type TranscriptionRecord } from '../jobs/transcription.js';
import { readTags, withoutTags, withTags, writeTags } from '../resources/tags.js';
import { resourceNotFound } from './transcription-job-errors.js';

type Operations = typeof TranscribeApi.operations;

@Injectable()
export class ListTagsForResourceHandler implements Handler<Operations['ListTagsForResource']> {
  constructor(private readonly jobs: JobStore) {}

  async handle({ ResourceArn }: ListTagsForResourceRequest, call: Call): Promise<ListTagsForResourceResponse> {
    const { tags } = await taggedJob(this.jobs, ResourceArn, call);
    return { ResourceArn, Tags: writeTags(tags) };
  }
}

@Injectable()
export class TagResourceHandler implements Handler<Operations['TagResource']> {
  constructor(private readonly jobs: JobStore) {}

  async handle({ ResourceArn, Tags }: TagResourceRequest, call: Call): Promise<TagResourceResponse> {
    const added = readTags(Tags);
    const { id } = await taggedJob(this.jobs, ResourceArn, call);
    await this.jobs.changeTags(transcriptionJob, call, id, (tags) => withTags(tags, added));
    return {};
  }
}

@Injectable()
export class UntagResourceHandler implements Handler<Operations['UntagResource']> {
  constructor(private readonly jobs: JobStore) {}

  async handle({ ResourceArn, TagKeys }: UntagResourceRequest, call: Call): Promise<UntagResourceResponse> {
    const { id } = await taggedJob(this.jobs, ResourceArn, call);
    await this.jobs.changeTags(transcriptionJob, call, id, (tags) => withoutTags(tags, TagKeys));
    return {};
  }
}

/**
 * The job that an ARN names.
 * @throws NotFoundException where it names none of the caller's account and region
 */
async function taggedJob(jobs: JobStore, text: string, call: Call): Promise<TranscriptionRecord> {
  const arn = parseArn(text);
  const [word, name] = arn?.resource.split('/') ?? [];
  const isOwn = arn?.service === 'transcribe' && arn.account === call.account && arn.region === call.region;
  const record =
    isOwn && word === 'transcription-job' && name ? await findNamedJob(jobs, transcriptionJob, call, name) : undefined;
  if (!record) throw resourceNotFound();
  return record;
}
