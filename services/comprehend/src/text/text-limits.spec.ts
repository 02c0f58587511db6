import { describe, expect, it } from 'vitest';
import { refuseLongText } from './text-limits.js';

describe('refuseLongText', () => {
  it('counts bytes of UTF-8, not characters', () => {
    expect(() => refuseLongText('😀'.repeat(25), 100)).not.toThrow();
    expect(() => refuseLongText('😀'.repeat(26), 100)).toThrow(
      /allowed is 100 bytes while in this request the text size is 104 bytes/,
    );
  });
});
