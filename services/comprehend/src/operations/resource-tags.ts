import { Injectable } from '@nestjs/common';
import { parseArn, type Call, type Handler } from '@lantern/aws-protocol';
import { JobNotFoundError, JobStore } from '@lantern/jobs';
import {
  ResourceNotFoundException,
  type ComprehendApi,
  type ListTagsForResourceRequest,
  type ListTagsForResourceResponse,
  type TagResourceRequest,
  type TagResourceResponse,
  type UntagResourceRequest,
  type UntagResourceResponse,
} from '../api/index.js';
import type { AnalysisFamily } from '../jobs/analysis-family.js';
import { families } from '../jobs/families.js';
import { readTags, withoutTags, withTags, writeTags, type Tags } from '../jobs/job-tags.js';

type Operations = typeof ComprehendApi.operations;

@Injectable()
export class ListTagsForResourceHandler implements Handler<Operations['ListTagsForResource']> {
  constructor(private readonly jobs: JobStore) {}

  async handle({ ResourceArn }: ListTagsForResourceRequest, call: Call): Promise<ListTagsForResourceResponse> {
    const { family, id } = taggedJob(ResourceArn, call);
    const record = await this.jobs.find(family.job, call, id);
    if (!record) throw notFound();
    return { ResourceArn, Tags: writeTags(record.tags) };
  }
}

@Injectable()
export class TagResourceHandler implements Handler<Operations['TagResource']> {
  constructor(private readonly jobs: JobStore) {}

  async handle({ ResourceArn, Tags }: TagResourceRequest, call: Call): Promise<TagResourceResponse> {
    const added = readTags(Tags);
    return change(this.jobs, ResourceArn, call, (tags) => withTags(tags, added));
  }
}

@Injectable()
export class UntagResourceHandler implements Handler<Operations['UntagResource']> {
  constructor(private readonly jobs: JobStore) {}

  async handle({ ResourceArn, TagKeys }: UntagResourceRequest, call: Call): Promise<UntagResourceResponse> {
    return change(this.jobs, ResourceArn, call, (tags) => withoutTags(tags, TagKeys));
  }
}

async function change(
  jobs: JobStore,
  arn: string,
  call: Call,
  change: (tags: Tags) => Tags,
): Promise<Record<string, never>> {
  const { family, id } = taggedJob(arn, call);
  try {
    await jobs.changeTags(family.job, call, id, change);
    return {};
  } catch (cause) {
    throw cause instanceof JobNotFoundError ? notFound() : cause;
  }
}

/**
 * The job that an ARN names.
 * @throws ResourceNotFoundException where it names none of the caller's account and region
 */
function taggedJob(text: string, { account, region }: Call): { family: AnalysisFamily; id: string } {
  const arn = parseArn(text);
  const [word, id] = arn?.resource.split('/') ?? [];
  const family = families.find(({ arnWord }) => arnWord === word);
  if (!family || !id || arn?.account !== account || arn.region !== region) throw notFound();
  return { family, id };
}

/** The sentence is that with which the API describes the error. */
const notFound = () =>
  new ResourceNotFoundException('The specified resource ARN was not found. Check the ARN and try your request again.');
