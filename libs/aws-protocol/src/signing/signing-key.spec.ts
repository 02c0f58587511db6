import { describe, expect, it } from 'vitest';
import { SigningKeys } from './signing-key.js';

const scope = (date: string, region = 'us-east-1') => ({ accessKeyId: 'A', date, region, service: 'iam' });

describe('SigningKeys', () => {
  // https://docs.aws.amazon.com/general/latest/gr/signature-v4-examples.html
  it('derives the key of AWS’s example', () => {
    const key = new SigningKeys().get('wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', scope('20150830'));
    expect(key.export().toString('hex')).toBe('c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9');
  });

  it('keeps what was used last and drops what was not', () => {
    const keys = new SigningKeys(2);
    const first = keys.get('s', scope('20150830'));
    const second = keys.get('s', scope('20150831'));
    expect(keys.get('s', scope('20150830'))).toBe(first);
    keys.get('s', scope('20150901'));
    expect(keys.size).toBe(2);
    expect(keys.get('s', scope('20150830'))).toBe(first);
    expect(keys.get('s', scope('20150831'))).not.toBe(second);
  });

  it('does not mix up secrets or regions', () => {
    const keys = new SigningKeys();
    const made = [
      keys.get('s', scope('20150830')),
      keys.get('t', scope('20150830')),
      keys.get('s', scope('20150830', 'eu-west-1')),
    ];
    expect(new Set(made.map((key) => key.export().toString('hex'))).size).toBe(3);
  });
});
