import type { Call, Handler } from '@lantern/aws-protocol';
import { Injectable } from '@nestjs/common';
import type {
  CancelMessageMoveTaskRequest,
  CancelMessageMoveTaskResult,
  ListMessageMoveTasksRequest,
  ListMessageMoveTasksResult,
  ListMessageMoveTasksResultEntry,
  SqsApi,
  StartMessageMoveTaskRequest,
  StartMessageMoveTaskResult,
} from '../api/index.js';
import { MessageMover } from '../move-tasks/message-mover.js';
import { MoveTaskStore, type MoveTask } from '../move-tasks/move-task-store.js';
import { noSuchDestination, noSuchSource, readTaskHandle, writeTaskHandle } from '../move-tasks/task-handle.js';
import { parseQueueArn } from '../queues/queue-names.js';
import { QueueStore, type Queue } from '../queues/queue-store.js';
import { invalidParameter, invalidValue } from '../refusals.js';

type Operations = typeof SqsApi.operations;

const MAX_PER_SECOND = 500;
const MAX_RESULTS = 10;

@Injectable()
export class StartMessageMoveTaskHandler implements Handler<Operations['StartMessageMoveTask']> {
  constructor(
    private readonly queues: QueueStore,
    private readonly tasks: MoveTaskStore,
    private readonly mover: MessageMover,
  ) {}

  async handle(input: StartMessageMoveTaskRequest, call: Call): Promise<StartMessageMoveTaskResult> {
    const { SourceArn, DestinationArn: destinationArn, MaxNumberOfMessagesPerSecond: messagesPerSecond } = input;
    const source = await ownQueue(this.queues, SourceArn, call);
    if (!source) throw noSuchSource();
    const { items } = await this.queues.sourcesOf(source, 1);
    if (items.length === 0) throw invalidParameter('Source queue must be configured as a Dead Letter Queue.');
    if (messagesPerSecond !== undefined && (messagesPerSecond < 1 || messagesPerSecond > MAX_PER_SECOND))
      throw invalidValue('MaxNumberOfMessagesPerSecond', messagesPerSecond, `Must be between 1 and ${MAX_PER_SECOND}.`);
    if (destinationArn !== undefined) {
      const destination = await ownQueue(this.queues, destinationArn, call);
      if (!destination) throw noSuchDestination();
      if (destination.id === source.id || destination.isFifo !== source.isFifo)
        throw invalidValue('DestinationArn', destinationArn, 'Source and destination must differ and be of one type.');
    }
    const { id } = await this.tasks.start(source, { destinationArn, messagesPerSecond });
    this.mover.look();
    return { TaskHandle: writeTaskHandle(id, source.arn) };
  }
}

@Injectable()
export class ListMessageMoveTasksHandler implements Handler<Operations['ListMessageMoveTasks']> {
  constructor(
    private readonly queues: QueueStore,
    private readonly tasks: MoveTaskStore,
  ) {}

  async handle(input: ListMessageMoveTasksRequest, call: Call): Promise<ListMessageMoveTasksResult> {
    const { SourceArn, MaxResults = 1 } = input;
    if (MaxResults < 1 || MaxResults > MAX_RESULTS)
      throw invalidValue('MaxResults', MaxResults, `Must be between 1 and ${MAX_RESULTS}.`);
    const source = await ownQueue(this.queues, SourceArn, call);
    if (!source) throw noSuchSource();
    const tasks = await this.tasks.list(source, MaxResults);
    return { Results: tasks.map((task) => toEntry(task, source)) };
  }
}

@Injectable()
export class CancelMessageMoveTaskHandler implements Handler<Operations['CancelMessageMoveTask']> {
  constructor(
    private readonly queues: QueueStore,
    private readonly tasks: MoveTaskStore,
  ) {}

  async handle({ TaskHandle }: CancelMessageMoveTaskRequest, call: Call): Promise<CancelMessageMoveTaskResult> {
    const { taskId, sourceArn } = readTaskHandle(TaskHandle);
    const source = await ownQueue(this.queues, sourceArn, call);
    if (!source) throw noSuchSource();
    return { ApproximateNumberOfMessagesMoved: await this.tasks.cancel(source, taskId) };
  }
}

/** The caller's queue of that ARN, if there is one. */
async function ownQueue(queues: QueueStore, arn: string, { account }: Call): Promise<Queue | undefined> {
  const address = parseQueueArn(arn);
  return address?.account === account ? queues.find(address) : undefined;
}

const toEntry = (task: MoveTask, source: Queue): ListMessageMoveTasksResultEntry => ({
  // A handle is of use only while there is something to cancel.
  ...(task.status === 'RUNNING' && { TaskHandle: writeTaskHandle(task.id, source.arn) }),
  Status: task.status,
  SourceArn: source.arn,
  ...(task.destination_arn !== null && { DestinationArn: task.destination_arn }),
  ...(task.messages_per_second !== null && { MaxNumberOfMessagesPerSecond: task.messages_per_second }),
  ApproximateNumberOfMessagesMoved: task.n_moved,
  ApproximateNumberOfMessagesToMove: task.n_to_move,
  ...(task.failure !== null && { FailureReason: task.failure }),
  StartedTimestamp: task.started_at.getTime(),
});
