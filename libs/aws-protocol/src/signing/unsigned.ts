import type { Principal } from '../call.js';
import type { HttpRequest } from '../http.js';
import type { Authentication, ErrorStyle } from './authentication.js';
import { headerOf } from './canonical-request.js';
import { planPayload } from './payload-plan.js';

/** Who calls an operation that needs no signature, without one. It owns nothing. */
export const anonymous: Principal = { account: '', arn: '', userId: 'ANONYMOUS', accessKeyId: '' };

/** Whether a call came without a signature, to an operation that allows it. */
export const isAnonymous = ({ account }: Pick<Principal, 'account'>): boolean => account === '';

/** What is known of a request without any credentials. */
export function unsignedAuthentication(request: HttpRequest, style: ErrorStyle, region: string): Authentication {
  return {
    principal: anonymous,
    region,
    service: '',
    kind: 'unsigned',
    payload: planPayload(request, { style, contentSha256: headerOf(request.headers, 'x-amz-content-sha256') }),
  };
}
