import { Injectable } from '@nestjs/common';
import { formatArn, notImplementedError, parseArn, type Call, type Handler } from '@lantern/aws-protocol';
import { IdentityStore, uniqueId } from '@lantern/store';
import type { AssumeRoleRequest, AssumeRoleResponse, StsApi } from '../api/index.js';
import {
  accessDenied,
  isAssumedRole,
  refuseOneTimePassword,
  toCredentials,
  validationError,
} from '../session-rules.js';

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html (read 2026-11) */
const DEFAULT_DURATION_S = 3_600;
/** A role that assumes a role gets an hour at most (the same page, DurationSeconds). */
const CHAINED_DURATION_S = 3_600;

type Operation = (typeof StsApi.operations)['AssumeRole'];

/**
 * Issues credentials of a role of the caller's own account. Lantern has no IAM: every role name is accepted, because
 * there is none to look up, and roles of other accounts are refused, because no trust policy could allow them.
 */
@Injectable()
export class AssumeRoleHandler implements Handler<Operation> {
  constructor(private readonly identity: IdentityStore) {}

  async handle(input: AssumeRoleRequest, { principal }: Call): Promise<AssumeRoleResponse> {
    const role = readRole(input.RoleArn);
    if (role.account !== principal.account) {
      throw accessDenied(
        `User: ${principal.arn} is not authorized to perform: sts:AssumeRole on resource: ${input.RoleArn}`,
      );
    }
    refuseSessionPolicy(input);
    refuseOneTimePassword(input);
    const durationSeconds = input.DurationSeconds ?? DEFAULT_DURATION_S;
    if (isAssumedRole(principal) && durationSeconds > CHAINED_DURATION_S) {
      throw validationError(
        'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
      );
    }
    const { account, name } = role;
    const resource = `assumed-role/${name}/${input.RoleSessionName}`;
    const arn = formatArn({ partition: role.partition, service: 'sts', region: '', account, resource });
    const userId = `${uniqueId('AROA', input.RoleArn)}:${input.RoleSessionName}`;
    const session = await this.identity.createSession({ account, arn, userId, durationSeconds });
    return {
      Credentials: toCredentials(session),
      AssumedRoleUser: { AssumedRoleId: userId, Arn: arn },
      SourceIdentity: input.SourceIdentity,
    };
  }
}

/** `arn:aws:iam::123456789012:role/path/name`; names and paths as IAM allows them. */
function readRole(text: string): { partition: string; account: string; name: string } {
  const arn = parseArn(text);
  const [, name] = /^role\/(?:[!-~]{1,510}\/)?([\w+=,.@-]{1,64})$/.exec(arn?.resource ?? '') ?? [];
  if (!arn || arn.service !== 'iam' || arn.region !== '' || !/^\d{12}$/.test(arn.account) || name === undefined) {
    throw validationError(`${text} is invalid`);
  }
  return { partition: arn.partition, account: arn.account, name };
}

/** A session policy takes rights away. Credentials that keep them would be more than was asked for. */
function refuseSessionPolicy({ Policy, PolicyArns }: AssumeRoleRequest): void {
  if (Policy === undefined && !PolicyArns?.length) return;
  throw notImplementedError('sts', 'AssumeRole', 'session policies are not enforced, so none is accepted');
}
