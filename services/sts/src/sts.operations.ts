import { defineService, notImplemented } from '@lantern/aws-protocol';
import { StsApi } from './api/index.js';
import { AssumeRoleHandler } from './operations/assume-role.js';
import { GetCallerIdentityHandler } from './operations/get-caller-identity.js';
import { GetSessionTokenHandler } from './operations/get-session-token.js';

const providers = 'identity providers cannot be registered, so no assertion of one can be verified';

/** Every operation of STS, with its handler or the reason there is none. */
export const sts = defineService(StsApi, {
  GetCallerIdentity: GetCallerIdentityHandler,
  GetSessionToken: GetSessionTokenHandler,
  AssumeRole: AssumeRoleHandler,

  AssumeRoleWithSAML: notImplemented(providers),
  AssumeRoleWithWebIdentity: notImplemented(providers),
  AssumeRoot: notImplemented('accounts are not members of an organization'),
  DecodeAuthorizationMessage: notImplemented('refusals carry no encoded message'),
  GetAccessKeyInfo: notImplemented('it would tell one account about the keys of another'),
  GetFederationToken: notImplemented('the policy that must limit a federated user is not enforced'),
});
