import { Module } from '@nestjs/common';
import { Arrivals } from './messages/arrivals.js';
import { MessageReceiver } from './messages/message-receiver.js';
import { MessageSender } from './messages/message-sender.js';
import { MessageSettler } from './messages/message-settler.js';
import { Sweeper } from './messages/sweeper.js';
import { MessageMover } from './move-tasks/message-mover.js';
import { MoveTaskStore } from './move-tasks/move-task-store.js';
import { QueueStore } from './queues/queue-store.js';
import * as moveTasks from './operations/move-tasks.js';
import * as queueSettings from './operations/queue-settings.js';
import * as queues from './operations/queues.js';
import { ReceiveMessageHandler } from './operations/receive-messages.js';
import * as sendMessages from './operations/send-messages.js';
import * as settleMessages from './operations/settle-messages.js';

const handlers = [
  ...Object.values(moveTasks),
  ...Object.values(queueSettings),
  ...Object.values(queues),
  ...Object.values(sendMessages),
  ...Object.values(settleMessages),
  ReceiveMessageHandler,
];
const parts = [
  Arrivals,
  MessageMover,
  MessageReceiver,
  MessageSender,
  MessageSettler,
  MoveTaskStore,
  QueueStore,
  Sweeper,
];

/** SQS over the `Database` that the application provides. */
@Module({ providers: [...parts, ...handlers], exports: handlers })
export class SqsModule {}
