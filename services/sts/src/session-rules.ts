import { ServiceError, type Principal } from '@lantern/aws-protocol';
import type { IssuedSession } from '@lantern/store';
import type { Credentials } from './api/index.js';

/** STS reports a refusal as `AccessDenied`, which its model does not list among the operations' errors. */
export const accessDenied = (message: string): ServiceError => new ServiceError('AccessDenied', message, 403);

/** What STS answers where a value passes its pattern and is still wrong. */
export const validationError = (message: string): ServiceError => new ServiceError('ValidationError', message, 400);

/** Whether the caller uses temporary credentials. */
export const hasSession = (principal: Principal): boolean => principal.accessKeyId.startsWith('ASIA');

/** Whether the caller's credentials came from AssumeRole. */
export const isAssumedRole = (principal: Principal): boolean => principal.arn.includes(':assumed-role/');

/**
 * Refuses a one-time password. Lantern knows no devices, so none can be right; to ignore one would pretend a check.
 * The sentence is AWS's for a device that does not belong to the caller.
 */
export function refuseOneTimePassword(input: {
  SerialNumber?: string | undefined;
  TokenCode?: string | undefined;
}): void {
  if (input.SerialNumber === undefined && input.TokenCode === undefined) return;
  throw accessDenied(
    'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.',
  );
}

/** The members in which every operation hands out credentials. */
export const toCredentials = (session: IssuedSession): Credentials => ({
  AccessKeyId: session.accessKeyId,
  SecretAccessKey: session.secretAccessKey,
  SessionToken: session.sessionToken,
  Expiration: session.expiresAt,
});
