import { describe, expect, it } from 'vitest';
import { allows, checkPolicy, withoutPermission, withPermission } from './queue-policy.js';

const arn = 'arn:aws:sqs:us-east-1:111111111111:q';
const guest = '222222222222';
const policy = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });
const allow = (more: object = {}) => ({
  Effect: 'Allow',
  Principal: { AWS: guest },
  Action: 'sqs:SendMessage',
  Resource: arn,
  ...more,
});
const may = (text: string | undefined, action = 'SendMessage', account = guest) => allows(text, account, action, arn);

describe('a policy', () => {
  it('lets in whom it names, for what it names', () => {
    expect(may(undefined)).toBe(false);
    expect(may(policy(allow()))).toBe(true);
    expect(may(policy(allow()), 'SendMessageBatch')).toBe(true);
    expect(may(policy(allow()), 'ReceiveMessage')).toBe(false);
    expect(may(policy(allow()), 'SendMessage', '333333333333')).toBe(false);
    expect(may(policy(allow({ Resource: `${arn}-other` })))).toBe(false);
    expect(may(policy(allow({ Principal: { AWS: [`arn:aws:iam::${guest}:root`] }, Action: ['SQS:*'] })))).toBe(true);
    expect(may(policy(allow({ Principal: '*', Action: 'SQS:sendmessage', Resource: '*' })))).toBe(true);
  });

  it('lets nobody in by what is not evaluated here', () => {
    expect(may(policy(allow({ Condition: { Bool: { 'aws:SecureTransport': 'true' } } })))).toBe(false);
    expect(may(policy({ ...allow(), Principal: undefined, NotPrincipal: { AWS: '333333333333' } }))).toBe(false);
    expect(may(policy({ ...allow(), Action: undefined, NotAction: 'sqs:DeleteQueue' }))).toBe(false);
  });

  it('denies before it allows, also under conditions', () => {
    expect(may(policy(allow(), allow({ Effect: 'Deny' })))).toBe(false);
    expect(may(policy(allow(), allow({ Effect: 'Deny', Condition: {} })))).toBe(false);
    expect(may(policy(allow(), allow({ Effect: 'Deny', Action: 'sqs:ReceiveMessage' })))).toBe(true);
  });

  it('is refused where it is none', () => {
    for (const text of ['x', '[]', '{}', '{"Statement":"x"}', 'null'])
      expect(() => checkPolicy(text)).toThrow('Invalid value for the parameter Policy');
    expect(checkPolicy('')).toBe('');
  });

  it('gains and loses statements by their labels', () => {
    const one = withPermission(undefined, arn, 'one', [guest], ['SendMessage']);
    const two = withPermission(one, arn, 'two', ['333333333333'], ['*']);
    expect([may(two), may(two, 'ReceiveMessage'), may(two, 'ReceiveMessage', '333333333333')]).toEqual([
      true,
      false,
      true,
    ]);
    expect(JSON.parse(withoutPermission(two, 'two'))).toEqual(JSON.parse(one));
    expect(withoutPermission(one, 'one')).toBe('');
    expect(() => withPermission(one, arn, 'x', ['guest'], ['SendMessage'])).toThrow('PrincipalId');
    expect(() => withPermission(one, arn, 'x', [guest], ['DeleteQueue'])).toThrow('Only the queue owner');
  });
});
