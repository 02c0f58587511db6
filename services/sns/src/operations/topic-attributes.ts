import { Injectable } from '@nestjs/common';
import type { Call, Handler } from '@lantern/aws-protocol';
import type {
  GetTopicAttributesInput,
  GetTopicAttributesResponse,
  SetTopicAttributesInput,
  SnsApi,
} from '../api/index.js';
import { checkTopicAttribute, describeTopic } from '../topics/topic-attributes.js';
import { isFifoName, ownTopic } from '../topics/topic-arn.js';
import { TopicStore } from '../topics/topic-store.js';

type Operations = typeof SnsApi.operations;

/** Tells everything about a topic. */
@Injectable()
export class GetTopicAttributesHandler implements Handler<Operations['GetTopicAttributes']> {
  constructor(private readonly topics: TopicStore) {}

  async handle({ TopicArn }: GetTopicAttributesInput, call: Call): Promise<GetTopicAttributesResponse> {
    const ref = ownTopic(TopicArn, call);
    const topic = await this.topics.require(ref);
    return { Attributes: describeTopic(topic, await this.topics.counts(ref)) };
  }
}

/** Sets one attribute, or resets it with an empty value. */
@Injectable()
export class SetTopicAttributesHandler implements Handler<Operations['SetTopicAttributes']> {
  constructor(private readonly topics: TopicStore) {}

  async handle(input: SetTopicAttributesInput, call: Call): Promise<Record<string, never>> {
    const { TopicArn, AttributeName: name, AttributeValue: value = '' } = input;
    const ref = ownTopic(TopicArn, call);
    checkTopicAttribute(name, value, isFifoName(ref.name));
    await this.topics.change(ref, ({ attributes: { [name]: _, ...others } }) => ({
      attributes: value === '' ? others : { ...others, [name]: value },
    }));
    return {};
  }
}
