import { isFifoName, queueArn, type QueueAddress } from './queue-names.js';
import type { Queue } from './queue-store.js';
import * as redrive from './redrive-policy.js';

/** Finds queues. */
interface Queues {
  find(address: QueueAddress): Promise<Queue | undefined>;
}

/**
 * Checks that a RedrivePolicy names a queue that can take the messages of `source` and wants to.
 * @throws InvalidParameterValue
 */
export async function checkRedrive(queues: Queues, source: QueueAddress, policy: string | undefined): Promise<void> {
  if (policy === undefined || policy === '') return;
  const { target } = redrive.readRedrivePolicy(policy);
  if (target.account !== source.account || target.region !== source.region) throw redrive.targetElsewhere(policy);
  const found = await queues.find(target);
  if (!found) throw redrive.targetMissing(policy);
  const isFifo = isFifoName(source.name);
  if (found.isFifo !== isFifo) throw redrive.targetOfOtherKind(policy, isFifo);
  if (!redrive.allowsSource(found.attributes.RedriveAllowPolicy, queueArn(source))) throw redrive.targetRefuses(policy);
}
