import { defineService } from '@lantern/aws-protocol';
import { SqsApi } from './api/index.js';
import {
  CancelMessageMoveTaskHandler,
  ListMessageMoveTasksHandler,
  StartMessageMoveTaskHandler,
} from './operations/move-tasks.js';
import {
  AddPermissionHandler,
  GetQueueAttributesHandler,
  ListQueueTagsHandler,
  RemovePermissionHandler,
  SetQueueAttributesHandler,
  TagQueueHandler,
  UntagQueueHandler,
} from './operations/queue-settings.js';
import {
  CreateQueueHandler,
  DeleteQueueHandler,
  GetQueueUrlHandler,
  ListDeadLetterSourceQueuesHandler,
  ListQueuesHandler,
  PurgeQueueHandler,
} from './operations/queues.js';
import { ReceiveMessageHandler } from './operations/receive-messages.js';
import { SendMessageBatchHandler, SendMessageHandler } from './operations/send-messages.js';
import {
  ChangeMessageVisibilityBatchHandler,
  ChangeMessageVisibilityHandler,
  DeleteMessageBatchHandler,
  DeleteMessageHandler,
} from './operations/settle-messages.js';

/** SQS's operations, all of them. */
export const sqs = defineService(SqsApi, {
  AddPermission: AddPermissionHandler,
  CancelMessageMoveTask: CancelMessageMoveTaskHandler,
  ChangeMessageVisibility: ChangeMessageVisibilityHandler,
  ChangeMessageVisibilityBatch: ChangeMessageVisibilityBatchHandler,
  CreateQueue: CreateQueueHandler,
  DeleteMessage: DeleteMessageHandler,
  DeleteMessageBatch: DeleteMessageBatchHandler,
  DeleteQueue: DeleteQueueHandler,
  GetQueueAttributes: GetQueueAttributesHandler,
  GetQueueUrl: GetQueueUrlHandler,
  ListDeadLetterSourceQueues: ListDeadLetterSourceQueuesHandler,
  ListMessageMoveTasks: ListMessageMoveTasksHandler,
  ListQueueTags: ListQueueTagsHandler,
  ListQueues: ListQueuesHandler,
  PurgeQueue: PurgeQueueHandler,
  ReceiveMessage: ReceiveMessageHandler,
  RemovePermission: RemovePermissionHandler,
  SendMessage: SendMessageHandler,
  SendMessageBatch: SendMessageBatchHandler,
  SetQueueAttributes: SetQueueAttributesHandler,
  StartMessageMoveTask: StartMessageMoveTaskHandler,
  TagQueue: TagQueueHandler,
  UntagQueue: UntagQueueHandler,
});
