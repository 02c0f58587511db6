import { Injectable } from '@nestjs/common';
import type { Call, Handler } from '@lantern/aws-protocol';
import type { GetCallerIdentityRequest, GetCallerIdentityResponse, StsApi } from '../api/index.js';

type Operation = (typeof StsApi.operations)['GetCallerIdentity'];

/** Tells callers who they are. */
@Injectable()
export class GetCallerIdentityHandler implements Handler<Operation> {
  handle(_input: GetCallerIdentityRequest, { principal }: Call): Promise<GetCallerIdentityResponse> {
    return Promise.resolve({ UserId: principal.userId, Account: principal.account, Arn: principal.arn });
  }
}
