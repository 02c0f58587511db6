import { Module } from '@nestjs/common';
import { AssumeRoleHandler } from './operations/assume-role.js';
import { GetCallerIdentityHandler } from './operations/get-caller-identity.js';
import { GetSessionTokenHandler } from './operations/get-session-token.js';

const handlers = [AssumeRoleHandler, GetCallerIdentityHandler, GetSessionTokenHandler];

/** The handlers of STS. They need an `IdentityStore` from a global module. */
@Module({ providers: handlers, exports: handlers })
export class StsModule {}
