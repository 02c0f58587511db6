import type { HttpRequest } from '../http.js';
import type { Authentication, ErrorStyle } from './authentication.js';
import { headerOf } from './canonical-request.js';
import { claimedScope } from './claimed-scope.js';
import { planPayload } from './payload-plan.js';

const DEFAULT_ACCOUNT = '000000000000';
const ACCOUNT = /^\d{12}$/;

/**
 * Believes any credentials, as emulators do: an access key of twelve digits is an account, everyone else shares one.
 * The body's checksums are still checked; they catch broken uploads.
 */
export function openAuthentication(request: HttpRequest, style: ErrorStyle, defaultRegion: string): Authentication {
  const { accessKeyId = 'anonymous', region = defaultRegion, service = '' } = claimedScope(request);
  const account = ACCOUNT.test(accessKeyId) ? accessKeyId : DEFAULT_ACCOUNT;
  return {
    principal: { account, arn: `arn:aws:iam::${account}:root`, userId: account, accessKeyId },
    region,
    service,
    kind: 'open',
    payload: planPayload(request, { style, contentSha256: headerOf(request.headers, 'x-amz-content-sha256') }),
  };
}
