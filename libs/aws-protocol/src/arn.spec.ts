import { describe, expect, it } from 'vitest';
import { formatArn, parseArn } from './arn.js';

describe('parseArn', () => {
  it('reads back what formatArn writes, with colons in the resource', () => {
    const arn = {
      partition: 'aws',
      service: 'states',
      region: 'eu-west-1',
      account: '123456789012',
      resource: 'stateMachine:x:1',
    };
    expect(formatArn(arn)).toBe('arn:aws:states:eu-west-1:123456789012:stateMachine:x:1');
    expect(parseArn(formatArn(arn))).toEqual(arn);
  });

  it('reads an ARN without region and account', () => {
    expect(parseArn('arn:aws:s3:::bucket/key')).toMatchObject({ service: 's3', region: '', account: '' });
  });

  it.each(['', 'arn', 'arn:aws:s3', 'arn:aws:s3:::', 'arn:aws:iam::12:x', `arn:aws:s3:::${'x'.repeat(3000)}`])(
    'takes %.40j for none',
    (text) => {
      expect(parseArn(text)).toBeUndefined();
    },
  );
});
