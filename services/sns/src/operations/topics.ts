import { Injectable } from '@nestjs/common';
import { cutPage, notImplementedError, type Call, type Handler } from '@lantern/aws-protocol';
import type {
  CreateTopicInput,
  CreateTopicResponse,
  DeleteTopicInput,
  ListTopicsInput,
  ListTopicsResponse,
  SnsApi,
} from '../api/index.js';
import { invalidParameter } from '../refusals.js';
import { isSameMap, readTags } from '../topics/tags.js';
import { checkNewTopic } from '../topics/topic-attributes.js';
import { ownTopic, topicArn, topicName } from '../topics/topic-arn.js';
import { TopicStore } from '../topics/topic-store.js';
import { PAGE_SIZE, pageStart } from './pages.js';

type Operations = typeof SnsApi.operations;

/** Makes a topic, or finds the one of that name: asking twice is harmless. */
@Injectable()
export class CreateTopicHandler implements Handler<Operations['CreateTopic']> {
  constructor(private readonly topics: TopicStore) {}

  async handle(input: CreateTopicInput, { account, region }: Call): Promise<CreateTopicResponse> {
    const { Name: name, Attributes: given = {}, Tags } = input;
    if (!topicName.test(name)) throw invalidParameter('Topic Name');
    if (input.DataProtectionPolicy) {
      throw notImplementedError('SNS', 'CreateTopic with DataProtectionPolicy', 'messages are not inspected');
    }
    checkNewTopic(name, given);
    // The name says whether it is a FIFO topic; an attribute that is empty is one that is not set.
    const { FifoTopic: _, ...others } = given;
    const attributes = Object.fromEntries(Object.entries(others).filter(([, value]) => value !== ''));
    const tags = Tags && readTags(Tags);
    const { topic, isNew } = await this.topics.create({ account, region, name }, attributes, tags ?? {});
    if (!isNew) {
      const old = topic.attributes;
      if (!Object.entries(attributes).every(([key, value]) => old[key] === value)) {
        throw invalidParameter('Attributes', 'Topic already exists with different attributes');
      }
      if (tags && !isSameMap(tags, topic.tags)) {
        throw invalidParameter('Tags', 'Topic already exists with different tags');
      }
    }
    return { TopicArn: topicArn(topic) };
  }
}

/** Removes a topic with its subscriptions; messages that were not delivered yet are dropped. */
@Injectable()
export class DeleteTopicHandler implements Handler<Operations['DeleteTopic']> {
  constructor(private readonly topics: TopicStore) {}

  async handle({ TopicArn }: DeleteTopicInput, call: Call): Promise<Record<string, never>> {
    await this.topics.delete(ownTopic(TopicArn, call));
    return {};
  }
}

/** Lists the caller's topics, a hundred at a time. */
@Injectable()
export class ListTopicsHandler implements Handler<Operations['ListTopics']> {
  constructor(private readonly topics: TopicStore) {}

  async handle({ NextToken }: ListTopicsInput, { account, region }: Call): Promise<ListTopicsResponse> {
    const list = ['sns/topics', account, region].join('\n');
    const found = await this.topics.list({ account, region }, pageStart(list, NextToken) ?? '', PAGE_SIZE + 1);
    const { items, nextToken } = cutPage(list, found, PAGE_SIZE, ({ name }) => name);
    return { Topics: items.map((topic) => ({ TopicArn: topicArn(topic) })), NextToken: nextToken };
  }
}
