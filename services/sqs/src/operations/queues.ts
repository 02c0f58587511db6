import type { Call, Handler } from '@lantern/aws-protocol';
import { Injectable } from '@nestjs/common';
import type {
  CreateQueueRequest,
  CreateQueueResult,
  DeleteQueueRequest,
  GetQueueUrlRequest,
  GetQueueUrlResult,
  ListDeadLetterSourceQueuesRequest,
  ListDeadLetterSourceQueuesResult,
  ListQueuesRequest,
  ListQueuesResult,
  PurgeQueueRequest,
  SqsApi,
  Unit,
} from '../api/index.js';
import { MessageSettler } from '../messages/message-settler.js';
import { queueUrl } from '../queues/queue-names.js';
import { QueueStore } from '../queues/queue-store.js';
import { requireTags } from '../queues/queue-tags.js';
import { invalidValue } from '../refusals.js';

type Operations = typeof SqsApi.operations;

/** Most queues on a page, and in a list that is not asked for in pages. */
const MAX_PAGE = 1000;

@Injectable()
export class CreateQueueHandler implements Handler<Operations['CreateQueue']> {
  constructor(private readonly queues: QueueStore) {}

  async handle(input: CreateQueueRequest, { account, region, origin }: Call): Promise<CreateQueueResult> {
    const { QueueName: name, Attributes: attributes = {}, tags = {} } = input;
    requireTags(tags);
    const queue = await this.queues.create({ account, region, name, attributes, tags });
    return { QueueUrl: queueUrl(origin, queue) };
  }
}

@Injectable()
export class GetQueueUrlHandler implements Handler<Operations['GetQueueUrl']> {
  constructor(private readonly queues: QueueStore) {}

  async handle(input: GetQueueUrlRequest, call: Call): Promise<GetQueueUrlResult> {
    const { QueueName: name, QueueOwnerAWSAccountId: account = call.account } = input;
    const queue = await this.queues.admit({ account, region: call.region, name }, call);
    return { QueueUrl: queueUrl(call.origin, queue) };
  }
}

@Injectable()
export class ListQueuesHandler implements Handler<Operations['ListQueues']> {
  constructor(private readonly queues: QueueStore) {}

  async handle(input: ListQueuesRequest, call: Call): Promise<ListQueuesResult> {
    const { QueueNamePrefix: prefix, NextToken: token, MaxResults } = input;
    const { items, nextToken } = await this.queues.list(call, { prefix, token, size: pageSize(MaxResults) });
    return {
      ...(items.length > 0 && { QueueUrls: items.map((queue) => queueUrl(call.origin, queue)) }),
      // AWS gives tokens only where pages were asked for.
      ...(MaxResults !== undefined && nextToken !== undefined && { NextToken: nextToken }),
    };
  }
}

@Injectable()
export class ListDeadLetterSourceQueuesHandler implements Handler<Operations['ListDeadLetterSourceQueues']> {
  constructor(private readonly queues: QueueStore) {}

  async handle(input: ListDeadLetterSourceQueuesRequest, call: Call): Promise<ListDeadLetterSourceQueuesResult> {
    const target = await this.queues.open(input.QueueUrl, call);
    const { items, nextToken } = await this.queues.sourcesOf(target, pageSize(input.MaxResults), input.NextToken);
    return {
      queueUrls: items.map((queue) => queueUrl(call.origin, queue)),
      ...(input.MaxResults !== undefined && nextToken !== undefined && { NextToken: nextToken }),
    };
  }
}

@Injectable()
export class DeleteQueueHandler implements Handler<Operations['DeleteQueue']> {
  constructor(private readonly queues: QueueStore) {}

  async handle(input: DeleteQueueRequest, call: Call): Promise<Unit> {
    await this.queues.delete(await this.queues.openOwn(input.QueueUrl, call));
    return {};
  }
}

@Injectable()
export class PurgeQueueHandler implements Handler<Operations['PurgeQueue']> {
  constructor(
    private readonly queues: QueueStore,
    private readonly messages: MessageSettler,
  ) {}

  async handle(input: PurgeQueueRequest, call: Call): Promise<Unit> {
    await this.messages.purge(await this.queues.open(input.QueueUrl, call));
    return {};
  }
}

function pageSize(asked: number | undefined): number {
  if (asked === undefined) return MAX_PAGE;
  if (asked < 1 || asked > MAX_PAGE) throw invalidValue('MaxResults', asked, `Must be between 1 and ${MAX_PAGE}.`);
  return asked;
}
