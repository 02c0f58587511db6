import { notImplementedError, parseArn, type Call } from '@lantern/aws-protocol';
import { OutboundRefusedError, type OutboundHttp } from '@lantern/outbound';
import { invalidParameter } from '../refusals.js';
import { isFifoName, type TopicRef } from '../topics/topic-arn.js';

/** The protocols that are delivered to. */
export type Protocol = 'http' | 'https' | 'sqs';

/** The protocols of AWS that nothing here could deliver to. */
const undeliverable: Readonly<Record<string, string>> = {
  email: 'no mail is sent',
  'email-json': 'no mail is sent',
  sms: 'no text messages are sent',
  application: 'no notifications are pushed to mobile devices',
  lambda: 'there are no functions; use a webhook or a queue',
  firehose: 'there are no delivery streams; use a webhook or a queue',
};

/** https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html (read 2026-11) */
const MAX_URL_CHARACTERS = 2048;

/**
 * Checks who is to be told.
 * @throws InvalidParameterException in AWS's words
 */
export async function checkEndpoint(
  {
    Protocol: protocol,
    Endpoint: endpoint = '',
  }: { readonly Protocol: string; readonly Endpoint?: string | undefined },
  topic: TopicRef,
  call: Call,
  outbound: OutboundHttp,
): Promise<{ protocol: Protocol; endpoint: string }> {
  if (protocol === 'sqs') return { protocol, endpoint: checkQueue(endpoint, topic, call) };
  if (protocol === 'http' || protocol === 'https') {
    if (isFifoName(topic.name)) {
      throw invalidParameter('Protocol', 'FIFO topics deliver to queues (sqs) only');
    }
    return { protocol, endpoint: await checkUrl(protocol, endpoint, outbound) };
  }
  const reason = Object.hasOwn(undeliverable, protocol) ? undeliverable[protocol] : undefined;
  if (reason !== undefined) throw notImplementedError('SNS', `Subscribe with protocol ${protocol}`, reason);
  throw invalidParameter(`Amazon SNS does not support this protocol string: ${protocol}`);
}

/** The parts of a queue's ARN; undefined where it is none. */
export function parseQueueArn(text: string): { account: string; region: string; name: string } | undefined {
  const arn = parseArn(text);
  if (arn?.service !== 'sqs' || !/^[\w-]{1,80}(\.fifo)?$/.test(arn.resource) || !/^\d{12}$/.test(arn.account))
    return undefined;
  return { account: arn.account, region: arn.region, name: arn.resource };
}

function checkQueue(endpoint: string, topic: TopicRef, { account }: Call): string {
  const queue = parseQueueArn(endpoint);
  if (!queue) throw invalidParameter('SQS endpoint ARN');
  if (queue.account !== account) {
    throw invalidParameter('Endpoint', 'The queue belongs to another account; only own queues can be subscribed');
  }
  if (isFifoName(queue.name) && !isFifoName(topic.name)) {
    throw invalidParameter(
      'Invalid parameter: Endpoint',
      'FIFO SQS Queues can not be subscribed to standard SNS topics',
    );
  }
  return endpoint;
}

async function checkUrl(protocol: 'http' | 'https', endpoint: string, outbound: OutboundHttp): Promise<string> {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url?.protocol !== `${protocol}:` || !endpoint.startsWith(`${protocol}://`)) {
    throw invalidParameter('Endpoint must match the specified protocol');
  }
  if (endpoint.length > MAX_URL_CHARACTERS) throw invalidParameter('Endpoint', 'The address is too long');
  // A name and a password in the address become a header of the request.
  url.username = '';
  url.password = '';
  try {
    await outbound.check(url.href);
  } catch (error) {
    if (error instanceof OutboundRefusedError) throw invalidParameter('Unreachable Endpoint', error.message);
    throw error;
  }
  return endpoint;
}
