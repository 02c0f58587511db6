import { Module } from '@nestjs/common';
import { Attempt } from './delivery/attempt.js';
import { DeliveryStore } from './delivery/delivery-store.js';
import { DeliveryWorker } from './delivery/delivery-worker.js';
import { EnvelopeWriter } from './delivery/envelope.js';
import { QueueDelivery } from './delivery/queue-delivery.js';
import { TermsFinder } from './delivery/terms.js';
import { Throttle } from './delivery/throttle.js';
import { WebhookDelivery } from './delivery/webhook-delivery.js';
import { Publisher } from './messages/publisher.js';
import { ListSubscriptionsByTopicHandler, ListSubscriptionsHandler } from './operations/list-subscriptions.js';
import { AddPermissionHandler, RemovePermissionHandler } from './operations/permissions.js';
import { PublishBatchHandler, PublishHandler } from './operations/publish.js';
import { ConfirmSubscriptionHandler, SubscribeHandler } from './operations/subscribe.js';
import {
  GetSubscriptionAttributesHandler,
  SetSubscriptionAttributesHandler,
} from './operations/subscription-attributes.js';
import { ListTagsForResourceHandler, TagResourceHandler, UntagResourceHandler } from './operations/tags.js';
import { GetTopicAttributesHandler, SetTopicAttributesHandler } from './operations/topic-attributes.js';
import { CreateTopicHandler, DeleteTopicHandler, ListTopicsHandler } from './operations/topics.js';
import { UnsubscribeHandler } from './operations/unsubscribe.js';
import { CertificateFile } from './signing/certificate-file.js';
import { MessageSigner } from './signing/message-signer.js';
import { Confirmations } from './subscriptions/confirmations.js';
import { SubscriptionStore } from './subscriptions/subscription-store.js';
import { TopicStore } from './topics/topic-store.js';

const handlers = [
  AddPermissionHandler,
  ConfirmSubscriptionHandler,
  CreateTopicHandler,
  DeleteTopicHandler,
  GetSubscriptionAttributesHandler,
  GetTopicAttributesHandler,
  ListSubscriptionsByTopicHandler,
  ListSubscriptionsHandler,
  ListTagsForResourceHandler,
  ListTopicsHandler,
  PublishBatchHandler,
  PublishHandler,
  RemovePermissionHandler,
  SetSubscriptionAttributesHandler,
  SetTopicAttributesHandler,
  SubscribeHandler,
  TagResourceHandler,
  UnsubscribeHandler,
  UntagResourceHandler,
];

const stores = [TopicStore, SubscriptionStore, DeliveryStore, Confirmations, Publisher];
const delivery = [Attempt, EnvelopeWriter, MessageSigner, QueueDelivery, TermsFinder, Throttle, WebhookDelivery];

/**
 * SNS. It needs, from global modules, `Database`, `WorkQueue`, `SecretStore`, `OutboundHttp`, `OperationCaller` and
 * `PublicUrl`.
 */
@Module({
  providers: [...handlers, ...stores, ...delivery, CertificateFile, DeliveryWorker],
  exports: [...handlers, CertificateFile, DeliveryWorker],
})
export class SnsModule {}
