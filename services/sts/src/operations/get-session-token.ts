import { Injectable } from '@nestjs/common';
import type { Call, Handler } from '@lantern/aws-protocol';
import { IdentityStore } from '@lantern/store';
import type { GetSessionTokenRequest, GetSessionTokenResponse, StsApi } from '../api/index.js';
import { accessDenied, hasSession, refuseOneTimePassword, toCredentials } from '../session-rules.js';

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html (read 2026-11): 12 hours for users. */
const DEFAULT_DURATION_S = 43_200;

type Operation = (typeof StsApi.operations)['GetSessionToken'];

/** Issues temporary credentials for the caller itself. Validation has checked that they last 900 to 129,600 seconds. */
@Injectable()
export class GetSessionTokenHandler implements Handler<Operation> {
  constructor(private readonly identity: IdentityStore) {}

  async handle(input: GetSessionTokenRequest, { principal }: Call): Promise<GetSessionTokenResponse> {
    if (hasSession(principal)) throw accessDenied('Cannot call GetSessionToken with session credentials');
    refuseOneTimePassword(input);
    const { account, arn, userId } = principal;
    const durationSeconds = input.DurationSeconds ?? DEFAULT_DURATION_S;
    return { Credentials: toCredentials(await this.identity.createSession({ account, arn, userId, durationSeconds })) };
  }
}
