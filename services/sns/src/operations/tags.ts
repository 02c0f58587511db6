import { Injectable } from '@nestjs/common';
import type { Call, Handler } from '@lantern/aws-protocol';
import {
  NotFoundException,
  ResourceNotFoundException,
  type ListTagsForResourceRequest,
  type ListTagsForResourceResponse,
  type SnsApi,
  type TagResourceRequest,
  type TagResourceResponse,
  type UntagResourceRequest,
  type UntagResourceResponse,
} from '../api/index.js';
import { checkTags, readTags, toTagList } from '../topics/tags.js';
import { ownTopic } from '../topics/topic-arn.js';
import { TopicStore } from '../topics/topic-store.js';

type Operations = typeof SnsApi.operations;

@Injectable()
export class ListTagsForResourceHandler implements Handler<Operations['ListTagsForResource']> {
  constructor(private readonly topics: TopicStore) {}

  async handle({ ResourceArn }: ListTagsForResourceRequest, call: Call): Promise<ListTagsForResourceResponse> {
    const topic = await this.topics.find(ownTopic(ResourceArn, call, 'ResourceArn'));
    if (!topic) throw noResource();
    return { Tags: toTagList(topic.tags) };
  }
}

@Injectable()
export class TagResourceHandler implements Handler<Operations['TagResource']> {
  constructor(private readonly topics: TopicStore) {}

  async handle({ ResourceArn, Tags }: TagResourceRequest, call: Call): Promise<TagResourceResponse> {
    const ref = ownTopic(ResourceArn, call, 'ResourceArn');
    const added = readTags(Tags);
    await asResource(this.topics.change(ref, ({ tags }) => ({ tags: checkTags({ ...tags, ...added }) })));
    return {};
  }
}

@Injectable()
export class UntagResourceHandler implements Handler<Operations['UntagResource']> {
  constructor(private readonly topics: TopicStore) {}

  async handle({ ResourceArn, TagKeys }: UntagResourceRequest, call: Call): Promise<UntagResourceResponse> {
    const removed = new Set(TagKeys);
    const ref = ownTopic(ResourceArn, call, 'ResourceArn');
    await asResource(
      this.topics.change(ref, ({ tags }) => ({
        tags: Object.fromEntries(Object.entries(tags).filter(([key]) => !removed.has(key))),
      })),
    );
    return {};
  }
}

const noResource = () => new ResourceNotFoundException('Resource does not exist');

/** Operations on tags have an error of their own for what is missing. */
const asResource = (change: Promise<void>): Promise<void> =>
  change.catch((error: unknown) => {
    throw error instanceof NotFoundException ? noResource() : error;
  });
