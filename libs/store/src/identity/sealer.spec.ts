import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SealError, Sealer } from './sealer.js';

describe('Sealer', () => {
  const sealer = new Sealer(randomBytes(32));

  it('opens what it sealed, and seals the same text differently each time', () => {
    const sealed = [1, 2].map(() => sealer.seal('wJalrXUtnFEMI/é', 'access_keys/A'));
    expect(sealed.map((bytes) => sealer.open(bytes, 'access_keys/A'))).toEqual(['wJalrXUtnFEMI/é', 'wJalrXUtnFEMI/é']);
    expect(sealed[0]).not.toEqual(sealed[1]);
  });

  it('refuses every changed bit, another place, another key and a cut text', () => {
    const sealed = sealer.seal('secret', 'access_keys/A');
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const changed = Buffer.from(sealed);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => sealer.open(changed, 'access_keys/A')).toThrow(SealError);
    }
    expect(() => sealer.open(sealed, 'access_keys/B')).toThrow(SealError);
    expect(() => new Sealer(randomBytes(32)).open(sealed, 'access_keys/A')).toThrow(SealError);
    for (const length of [0, 1, 20]) {
      expect(() => sealer.open(sealed.subarray(0, length), 'access_keys/A')).toThrow(SealError);
    }
  });
});
