import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, GetCallerIdentityCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts';
import { contract } from '@lantern/testing';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { startSuite, type KeyPair, type Suite } from '../../support/suite.js';

const page = (operation: string) => `https://docs.aws.amazon.com/STS/latest/APIReference/API_${operation}.html`;
const asKey = (
  credentials: {
    AccessKeyId?: string | undefined;
    SecretAccessKey?: string | undefined;
    SessionToken?: string | undefined;
  } = {},
): KeyPair => ({
  accessKeyId: credentials.AccessKeyId ?? '',
  secretAccessKey: credentials.SecretAccessKey ?? '',
  sessionToken: credentials.SessionToken ?? '',
});

describe('STS', () => {
  let suite: Suite;
  beforeAll(async () => {
    suite = await startSuite('sts');
  });
  afterAll(() => suite.close());

  const identity = (keys?: KeyPair) => suite.sts(keys).send(new GetCallerIdentityCommand({}));

  contract(
    'tells a caller its account and ARN',
    { evidence: 'documented', source: page('GetCallerIdentity'), read: '2026-11' },
    async () => {
      const { Account, Arn, UserId } = await identity();
      expect(Account).toMatch(/^\d{12}$/);
      expect(Arn).toMatch(new RegExp(`^arn:aws:iam::${Account}:`));
      expect(UserId).toBeTruthy();
    },
  );

  contract(
    'issues session credentials that work',
    { evidence: 'documented', source: page('GetSessionToken'), read: '2026-11' },
    async () => {
      const { Credentials } = await suite.sts().send(new GetSessionTokenCommand({ DurationSeconds: 900 }));
      const key = asKey(Credentials);
      expect(key.accessKeyId).toMatch(/^ASIA/);
      expect((Credentials?.Expiration?.getTime() ?? 0) - Date.now()).toBeGreaterThan(890_000);
      expect((await identity(key)).Account).toBe((await identity()).Account);
      await expect(suite.s3(key).send(new ListBucketsCommand({}))).resolves.toBeTruthy();
    },
  );

  contract(
    'refuses session credentials without their token',
    { evidence: 'documented', source: page('GetSessionToken'), read: '2026-11' },
    async () => {
      const { Credentials } = await suite.sts().send(new GetSessionTokenCommand({}));
      const { accessKeyId, secretAccessKey } = asKey(Credentials);
      await expect(identity({ accessKeyId, secretAccessKey })).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
    },
  );

  contract(
    'assumes a role of the own account',
    { evidence: 'documented', source: page('AssumeRole'), read: '2026-11' },
    async () => {
      const { Account } = await identity();
      const RoleArn = `arn:aws:iam::${Account}:role/reader`;
      const { Credentials, AssumedRoleUser } = await suite
        .sts()
        .send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'tester' }));
      expect(AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${Account}:assumed-role/reader/tester`);
      expect((await identity(asKey(Credentials))).Arn).toBe(`arn:aws:sts::${Account}:assumed-role/reader/tester`);
    },
  );

  contract(
    'refuses a role of another account',
    { evidence: 'ours', source: 'Without IAM there is no trust policy that could allow it', read: '2026-11' },
    async () => {
      const call = suite.sts(await suite.strangersKey()).send(
        new AssumeRoleCommand({
          RoleArn: `arn:aws:iam::${(await identity()).Account}:role/reader`,
          RoleSessionName: 'thief',
        }),
      );
      await expect(call).rejects.toMatchObject({ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
    },
  );

  contract(
    'refuses a wrong secret and an unknown key',
    {
      evidence: 'documented',
      source: 'https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html',
      read: '2026-11',
    },
    async () => {
      const { accessKeyId } = suite.credentials;
      await expect(identity({ accessKeyId, secretAccessKey: 'wrong' })).rejects.toMatchObject({
        name: 'SignatureDoesNotMatch',
        $metadata: { httpStatusCode: 403 },
      });
      await expect(identity({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' })).rejects.toMatchObject({
        name: 'InvalidClientTokenId',
        $metadata: { httpStatusCode: 403 },
      });
    },
  );
});
