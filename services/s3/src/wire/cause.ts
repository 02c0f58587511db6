import type { Call } from '@lantern/aws-protocol';
import type { Caused } from '@lantern/store';

/** Who changes objects, for those who are notified of changes. Where the suite itself calls, nobody is named. */
export function causeOf({ principal, requestId, remoteAddress, internal }: Call): Caused {
  if (internal) return {};
  return { cause: { principalId: principal.userId, requestId, sourceAddress: remoteAddress } };
}
