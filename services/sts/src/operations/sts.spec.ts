import type { Call, Principal } from '@lantern/aws-protocol';
import type { IdentityStore, SessionRequest } from '@lantern/store';
import { describe, expect, it } from 'vitest';
import { AssumeRoleHandler } from './assume-role.js';
import { GetCallerIdentityHandler } from './get-caller-identity.js';
import { GetSessionTokenHandler } from './get-session-token.js';

const account = '123456789012';
const user: Principal = { account, arn: `arn:aws:iam::${account}:user/ann`, userId: 'AIDAANN', accessKeyId: 'AKIAX' };
const session: Principal = { ...user, accessKeyId: 'ASIAX' };
const reader: Principal = { ...session, arn: `arn:aws:sts::${account}:assumed-role/reader/s`, userId: 'AROAR:s' };
const expiresAt = new Date('2026-01-01T00:00:00Z');

// Handlers use nothing of a call but its principal.
const callOf = (principal: Principal): Call => ({ principal }) as unknown as Call;

/** Records what sessions were asked for; any other member of the store is missing, so that its use fails. */
function makeStore() {
  const asked: SessionRequest[] = [];
  const createSession = (request: SessionRequest) => {
    asked.push(request);
    return Promise.resolve({ accessKeyId: 'ASIANEW', secretAccessKey: 's', sessionToken: 't', expiresAt });
  };
  return { asked, identity: { createSession } as unknown as IdentityStore };
}

describe('GetCallerIdentity', () => {
  it('names the account, the ARN and the id of the caller', async () => {
    const answer = await new GetCallerIdentityHandler().handle({}, callOf(reader));
    expect(answer).toEqual({ Account: account, Arn: reader.arn, UserId: 'AROAR:s' });
  });
});

describe('GetSessionToken', () => {
  it('issues credentials for the caller itself, for twelve hours unless told', async () => {
    const { asked, identity } = makeStore();
    const handler = new GetSessionTokenHandler(identity);
    const { Credentials } = await handler.handle({}, callOf(user));
    await handler.handle({ DurationSeconds: 900 }, callOf(user));
    const who = { account, arn: user.arn, userId: user.userId };
    expect(asked).toEqual([
      { ...who, durationSeconds: 43_200 },
      { ...who, durationSeconds: 900 },
    ]);
    const keys = { AccessKeyId: 'ASIANEW', SecretAccessKey: 's', SessionToken: 't' };
    expect(Credentials).toEqual({ ...keys, Expiration: expiresAt });
  });

  it('refuses temporary credentials and one-time passwords', async () => {
    const { asked, identity } = makeStore();
    const handler = new GetSessionTokenHandler(identity);
    await expect(handler.handle({}, callOf(session))).rejects.toMatchObject({ code: 'AccessDenied', status: 403 });
    const password = { SerialNumber: 'GAHT12345678', TokenCode: '123456' };
    await expect(handler.handle(password, callOf(user))).rejects.toMatchObject({ code: 'AccessDenied', status: 403 });
    expect(asked).toEqual([]);
  });
});

describe('AssumeRole', () => {
  const role = (name: string, owner = account): string => `arn:aws:iam::${owner}:role/${name}`;
  const assume = (input: object, principal = user, store = makeStore()) =>
    new AssumeRoleHandler(store.identity).handle(
      { RoleArn: role('reader'), RoleSessionName: 'job', ...input },
      callOf(principal),
    );

  it('issues credentials of the role, named without its path', async () => {
    const store = makeStore();
    const answer = await assume({ RoleArn: role('team/a/reader'), SourceIdentity: 'ann' }, user, store);
    const arn = `arn:aws:sts::${account}:assumed-role/reader/job`;
    expect(answer.AssumedRoleUser?.Arn).toBe(arn);
    expect(answer.AssumedRoleUser?.AssumedRoleId).toMatch(/^AROA[A-Z2-7]{17}:job$/);
    expect(answer.SourceIdentity).toBe('ann');
    const userId = answer.AssumedRoleUser?.AssumedRoleId;
    expect(store.asked).toEqual([{ account, arn, userId, durationSeconds: 3_600 }]);
  });

  it("refuses another account's role", async () => {
    await expect(assume({ RoleArn: role('reader', '999999999999') })).rejects.toMatchObject({
      code: 'AccessDenied',
      status: 403,
      message: `User: ${user.arn} is not authorized to perform: sts:AssumeRole on resource: ${role('reader', '999999999999')}`,
    });
  });

  it.each([
    `arn:aws:iam::${account}:user/reader`,
    `arn:aws:sts::${account}:role/reader`,
    `arn:aws:iam:us-east-1:${account}:role/reader`,
    `arn:aws:iam::${account}:role/`,
    `arn:aws:iam::${account}:role/a b`,
    `arn:aws:iam::${account}:role/${'r'.repeat(65)}`,
    'no arn, but long enough',
  ])('refuses %s as no role', async (RoleArn) => {
    await expect(assume({ RoleArn })).rejects.toMatchObject({ code: 'ValidationError', status: 400 });
  });

  it('refuses what would limit the session, instead of ignoring it', async () => {
    const policies = [{ Policy: '{}' }, { PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }] }];
    for (const policy of policies) await expect(assume(policy)).rejects.toMatchObject({ code: 'NotImplemented' });
    await expect(assume({ TokenCode: '123456' })).rejects.toMatchObject({ code: 'AccessDenied' });
  });

  it('lets a role assume a role for an hour and no longer', async () => {
    await expect(assume({ DurationSeconds: 3_600 }, reader)).resolves.toBeTruthy();
    await expect(assume({ DurationSeconds: 3_601 }, reader)).rejects.toMatchObject({ code: 'ValidationError' });
    await expect(assume({ DurationSeconds: 43_200 }, session)).resolves.toBeTruthy();
  });
});
