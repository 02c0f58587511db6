import { formatArn, parseArn } from '@lantern/aws-protocol';
import { invalidParameter } from '../refusals.js';

/** A queue's place. The URL does not name the region: the request's signature does. */
export interface QueueAddress {
  readonly account: string;
  readonly region: string;
  readonly name: string;
}

export const isFifoName = (name: string): boolean => name.endsWith('.fifo');

/**
 * Checks a new queue's name.
 * @throws InvalidParameterValue
 */
export function requireQueueName(name: string, isFifo: boolean): void {
  if (isFifo) {
    if (!/^[\w-]{1,75}\.fifo$/.test(name))
      throw invalidParameter(
        'The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.',
      );
  } else if (!/^[\w-]{1,80}$/.test(name)) {
    throw invalidParameter('Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length');
  }
}

export const queueArn = ({ account, region, name }: QueueAddress): string =>
  formatArn({ service: 'sqs', region, account, resource: name });

/** Reads a queue's ARN; undefined where it is none. */
export function parseQueueArn(text: string): QueueAddress | undefined {
  const arn = parseArn(text);
  if (arn?.service !== 'sqs' || !/^[\w-]{1,80}(?:\.fifo)?$/.test(arn.resource)) return undefined;
  return { account: arn.account, region: arn.region, name: arn.resource };
}

/**
 * A queue's URL: clients post their calls to it.
 * @param origin as the client reached us, so that it reaches the queue on the same way
 */
export const queueUrl = (origin: string, { account, name }: Pick<QueueAddress, 'account' | 'name'>): string =>
  `${origin}/${account}/${name}`;

/** Reads account and name from a queue's URL on any host; a bare name means the caller's own queue, as on AWS. */
export function parseQueueUrl(url: string, account: string): Pick<QueueAddress, 'account' | 'name'> | undefined {
  const [, owner, name] =
    /^(?:https?:\/\/[^/?#]+)?\/(?:[^?#]*\/)?(\d{12})\/([\w-]{1,80}(?:\.fifo)?)\/?$/.exec(url) ?? [];
  if (owner !== undefined && name !== undefined) return { account: owner, name };
  return /^[\w-]{1,80}(?:\.fifo)?$/.test(url) ? { account, name: url } : undefined;
}
