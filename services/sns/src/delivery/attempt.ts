import { Injectable, Logger } from '@nestjs/common';
import { messageFor } from '../messages/message-content.js';
import { retryDelaysMs } from './delivery-policy.js';
import type { Delivery } from './delivery.js';
import { DeliveryStore } from './delivery-store.js';
import { arnOf, EnvelopeWriter } from './envelope.js';
import { failed, type Outcome } from './outcome.js';
import { QueueDelivery } from './queue-delivery.js';
import { queueRetryDelayMs } from './queue-retries.js';
import { TermsFinder, type Terms } from './terms.js';
import { WebhookDelivery } from './webhook-delivery.js';

/** Tries a delivery once, and decides what follows from how it ended. */
@Injectable()
export class Attempt {
  private readonly log = new Logger(Attempt.name);

  constructor(
    private readonly terms: TermsFinder,
    private readonly envelopes: EnvelopeWriter,
    private readonly webhooks: WebhookDelivery,
    private readonly queues: QueueDelivery,
    private readonly deliveries: DeliveryStore,
  ) {}

  /** @throws what is not the endpoint's fault, and RingLater where it is too early; nothing has changed then */
  async make(delivery: Delivery, signal: AbortSignal): Promise<void> {
    const terms = await this.terms.find(delivery);
    if (!terms) return this.deliveries.finish(delivery);
    const outcome = delivery.isDead
      ? await this.sendToDeadLetters(delivery, terms, signal)
      : await this.deliver(delivery, terms, signal);
    if (outcome.isDelivered) return this.deliveries.finish(delivery);
    await this.afterFailure(delivery, terms, outcome, signal);
  }

  private async deliver(delivery: Delivery, terms: Terms, signal: AbortSignal): Promise<Outcome> {
    const isRaw = terms.isRaw && delivery.content.type === 'Notification';
    const body = await this.bodyOf(delivery, terms);
    const attributes = isRaw ? delivery.content.attributes : undefined;
    if (delivery.protocol === 'sqs')
      return this.queues.deliver(delivery, delivery.endpoint, { body, attributes, signal });
    const { requestPolicy, throttlePolicy } = terms.policy;
    const contentType = requestPolicy.headerContentType;
    const maxPerSecond = throttlePolicy?.maxReceivesPerSecond;
    return this.webhooks.deliver(delivery, { body, contentType, isRaw, maxPerSecond, signal });
  }

  private async sendToDeadLetters(delivery: Delivery, terms: Terms, signal: AbortSignal): Promise<Outcome> {
    const { deadLetterQueue } = terms;
    if (deadLetterQueue === undefined) return failed('There is no dead-letter queue', { isPermanent: true });
    const attributes = terms.isRaw ? delivery.content.attributes : undefined;
    const body = await this.bodyOf(delivery, terms);
    return this.queues.deliver(delivery, deadLetterQueue, { body, attributes, signal });
  }

  private async bodyOf(delivery: Delivery, { isRaw, signatureVersion }: Terms): Promise<string> {
    const { content, protocol } = delivery;
    if (isRaw && content.type === 'Notification') return messageFor(protocol, content);
    return this.envelopes.write(delivery, signatureVersion);
  }

  private async afterFailure(
    delivery: Delivery,
    terms: Terms,
    { reason, isPermanent }: Outcome & { isDelivered: false },
    signal: AbortSignal,
  ): Promise<void> {
    const delayMs = isPermanent ? undefined : nextDelayMs(delivery, terms);
    if (delayMs !== undefined) return this.deliveries.retryLater(delivery, delayMs, reason);
    const what = `Message ${delivery.messageId} was not delivered to ${arnOf(delivery)}: ${reason}`;
    if (delivery.isDead || terms.deadLetterQueue === undefined) {
      this.log.warn(`${what}; it is dropped`);
      return this.deliveries.finish(delivery);
    }
    const outcome = await this.sendToDeadLetters(delivery, terms, signal);
    if (outcome.isDelivered) return this.deliveries.finish(delivery);
    if (outcome.isPermanent) {
      this.log.warn(`${what}; neither to the dead-letter queue: ${outcome.reason}; it is dropped`);
      return this.deliveries.finish(delivery);
    }
    await this.deliveries.bury(delivery, outcome.reason, queueRetryDelayMs(1) ?? 0);
  }
}

/** How long to wait after one more failure; undefined where it was the last. */
function nextDelayMs({ protocol, nFailures, isDead }: Delivery, { policy }: Terms): number | undefined {
  if (protocol === 'sqs' || isDead) return queueRetryDelayMs(nFailures + 1);
  return retryDelaysMs(policy.healthyRetryPolicy)[nFailures];
}
