import { Injectable } from '@nestjs/common';
import { RingLater } from '@lantern/jobs';
import { OutboundFailedError, OutboundHttp, OutboundRefusedError } from '@lantern/outbound';
import { topicArn } from '../topics/topic-arn.js';
import type { Delivery } from './delivery.js';
import { arnOf } from './envelope.js';
import { delivered, failed, type Outcome } from './outcome.js';
import { Throttle } from './throttle.js';

/** https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.prepare.html (read 2026-11): an answer within 15 seconds. */
export const WEBHOOK_TIMEOUT_MS = 15_000;

/** What is posted. */
export interface WebhookRequest {
  readonly body: string;
  readonly contentType: string;
  readonly isRaw: boolean;
  /** Requests a second that the subscription allows. */
  readonly maxPerSecond: number | undefined;
  readonly signal: AbortSignal;
}

/** Posts to http and https endpoints. */
@Injectable()
export class WebhookDelivery {
  constructor(
    private readonly outbound: OutboundHttp,
    private readonly throttle: Throttle,
  ) {}

  /** @throws RingLater where it is too early for another request */
  async deliver(
    delivery: Delivery,
    { body, contentType, isRaw, maxPerSecond, signal }: WebhookRequest,
  ): Promise<Outcome> {
    const waitMs = maxPerSecond === undefined ? 0 : await this.throttle.take(delivery.subscription, maxPerSecond);
    if (waitMs > 0) throw new RingLater(waitMs);
    const { url, authorization } = splitCredentials(delivery.endpoint);
    const headers = {
      'x-amz-sns-message-type': delivery.content.type,
      'x-amz-sns-message-id': delivery.messageId,
      'x-amz-sns-topic-arn': topicArn(delivery.topic),
      ...(delivery.content.type !== 'SubscriptionConfirmation' && { 'x-amz-sns-subscription-arn': arnOf(delivery) }),
      ...(isRaw && { 'x-amz-sns-rawdelivery': 'true' }),
      'content-type': contentType,
      'user-agent': 'Amazon Simple Notification Service Agent',
      ...(authorization !== undefined && { authorization }),
    };
    try {
      const { status } = await this.outbound.post(url, { headers, body, timeoutMs: WEBHOOK_TIMEOUT_MS, signal });
      return judge(status);
    } catch (error) {
      if (error instanceof OutboundRefusedError) return failed(error.message, { isPermanent: true });
      if (error instanceof OutboundFailedError && !signal.aborted) return failed(error.message, { isPermanent: false });
      throw error;
    }
  }
}

/**
 * Server errors and 429 are worth another try; all others are not.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html (read 2026-11)
 */
function judge(status: number): Outcome {
  if (status >= 200 && status < 300) return delivered;
  return failed(`The endpoint answered ${status}`, { isPermanent: status < 500 && status !== 429 });
}

/** A name and a password in the address are sent as a header. */
function splitCredentials(endpoint: string): { url: string; authorization?: string } {
  const url = new URL(endpoint);
  const { username, password } = url;
  if (username === '' && password === '') return { url: endpoint };
  url.username = '';
  url.password = '';
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { url: url.href, authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
}
