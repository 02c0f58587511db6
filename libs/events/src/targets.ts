import { parseArn, type Arn } from '@lantern/aws-protocol';

const TOPIC = /^[\w-]{1,256}(\.fifo)?$/;
const QUEUE = /^[\w-]{1,80}(\.fifo)?$/;

/**
 * Reads the ARN of a topic or queue of an account.
 * @returns undefined where it is none, or another account's
 */
export function parseTarget(target: string, account: string): Arn | undefined {
  const arn = parseArn(target);
  if (!arn || arn.account !== account || arn.region === '') return undefined;
  const name = arn.service === 'sns' ? TOPIC : arn.service === 'sqs' ? QUEUE : undefined;
  return name?.test(arn.resource) ? arn : undefined;
}
