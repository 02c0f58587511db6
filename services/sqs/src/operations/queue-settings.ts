import type { Call, Handler } from '@lantern/aws-protocol';
import { Injectable } from '@nestjs/common';
import type {
  AddPermissionRequest,
  GetQueueAttributesRequest,
  GetQueueAttributesResult,
  ListQueueTagsRequest,
  ListQueueTagsResult,
  RemovePermissionRequest,
  SetQueueAttributesRequest,
  SqsApi,
  TagQueueRequest,
  Unit,
  UntagQueueRequest,
} from '../api/index.js';
import { MessageSettler } from '../messages/message-settler.js';
import { allEffective, merged } from '../queues/queue-attributes.js';
import { withoutPermission, withPermission } from '../queues/queue-policy.js';
import { QueueStore, type Queue } from '../queues/queue-store.js';
import { requireTags } from '../queues/queue-tags.js';

type Operations = typeof SqsApi.operations;

const seconds = (at: Date): string => String(Math.floor(at.getTime() / 1000));

@Injectable()
export class GetQueueAttributesHandler implements Handler<Operations['GetQueueAttributes']> {
  constructor(
    private readonly queues: QueueStore,
    private readonly messages: MessageSettler,
  ) {}

  async handle(input: GetQueueAttributesRequest, call: Call): Promise<GetQueueAttributesResult> {
    const queue = await this.queues.open(input.QueueUrl, call);
    const names = new Set<string>(input.AttributeNames);
    if (names.size === 0) return {};
    const all = { ...allEffective(queue.attributes, queue.isFifo), ...(await this.computed(queue, names)) };
    const wanted = Object.entries(all).filter(([name]) => names.has('All') || names.has(name));
    return wanted.length > 0 ? { Attributes: Object.fromEntries(wanted) } : {};
  }

  private async computed(queue: Queue, names: ReadonlySet<string>): Promise<Record<string, string>> {
    const fixed = {
      QueueArn: queue.arn,
      CreatedTimestamp: seconds(queue.createdAt),
      LastModifiedTimestamp: seconds(queue.modifiedAt),
    };
    if (![...names].some((name) => name === 'All' || name.startsWith('Approximate'))) return fixed;
    const { visible, inFlight, delayed } = await this.messages.count(queue);
    return {
      ...fixed,
      ApproximateNumberOfMessages: String(visible),
      ApproximateNumberOfMessagesNotVisible: String(inFlight),
      ApproximateNumberOfMessagesDelayed: String(delayed),
    };
  }
}

@Injectable()
export class SetQueueAttributesHandler implements Handler<Operations['SetQueueAttributes']> {
  constructor(private readonly queues: QueueStore) {}

  async handle(input: SetQueueAttributesRequest, call: Call): Promise<Unit> {
    const queue = await this.queues.openOwn(input.QueueUrl, call);
    await this.queues.setAttributes(queue, input.Attributes);
    return {};
  }
}

@Injectable()
export class ListQueueTagsHandler implements Handler<Operations['ListQueueTags']> {
  constructor(private readonly queues: QueueStore) {}

  async handle(input: ListQueueTagsRequest, call: Call): Promise<ListQueueTagsResult> {
    const { tags } = await this.queues.openOwn(input.QueueUrl, call);
    return Object.keys(tags).length > 0 ? { Tags: tags } : {};
  }
}

@Injectable()
export class TagQueueHandler implements Handler<Operations['TagQueue']> {
  constructor(private readonly queues: QueueStore) {}

  async handle(input: TagQueueRequest, call: Call): Promise<Unit> {
    const queue = await this.queues.openOwn(input.QueueUrl, call);
    await this.queues.changeTags(queue, (old) => {
      const tags = { ...old, ...input.Tags };
      requireTags(tags);
      return tags;
    });
    return {};
  }
}

@Injectable()
export class UntagQueueHandler implements Handler<Operations['UntagQueue']> {
  constructor(private readonly queues: QueueStore) {}

  async handle(input: UntagQueueRequest, call: Call): Promise<Unit> {
    const queue = await this.queues.openOwn(input.QueueUrl, call);
    const gone = new Set(input.TagKeys);
    await this.queues.changeTags(queue, (tags) =>
      Object.fromEntries(Object.entries(tags).filter(([key]) => !gone.has(key))),
    );
    return {};
  }
}

@Injectable()
export class AddPermissionHandler implements Handler<Operations['AddPermission']> {
  constructor(private readonly queues: QueueStore) {}

  async handle(input: AddPermissionRequest, call: Call): Promise<Unit> {
    const { Label, AWSAccountIds, Actions } = input;
    const queue = await this.queues.openOwn(input.QueueUrl, call);
    await this.queues.change(queue, (attributes) =>
      merged(attributes, { Policy: withPermission(attributes.Policy, queue.arn, Label, AWSAccountIds, Actions) }),
    );
    return {};
  }
}

@Injectable()
export class RemovePermissionHandler implements Handler<Operations['RemovePermission']> {
  constructor(private readonly queues: QueueStore) {}

  async handle(input: RemovePermissionRequest, call: Call): Promise<Unit> {
    const queue = await this.queues.openOwn(input.QueueUrl, call);
    await this.queues.change(queue, (attributes) =>
      merged(attributes, { Policy: withoutPermission(attributes.Policy, input.Label) }),
    );
    return {};
  }
}
