import { describe, expect, it } from 'vitest';
import { cutPage, readPageToken, writePageToken } from './pages.js';

describe('page tokens', () => {
  it('lead through a list to its end', () => {
    const all = ['a', 'b', 'c', 'd', 'e'];
    const seen: string[] = [];
    let after: string | undefined = '';
    while (after !== undefined) {
      const from = all.filter((key) => key > (after ?? '')).slice(0, 3);
      const page = cutPage('letters', from, 2, (key) => key);
      seen.push(...page.items);
      after = page.nextToken === undefined ? undefined : readPageToken('letters', page.nextToken);
    }
    expect(seen).toEqual(all);
  });

  it('give no token where the list ends with the page', () => {
    expect(cutPage('letters', ['a', 'b'], 2, (key) => key)).toEqual({ items: ['a', 'b'] });
  });

  it.each(['', '!', 'abc', Buffer.from('[1]').toString('base64url'), writePageToken('other', 'a'), 'x'.repeat(10_000)])(
    'are refused when broken or of another list: %.20s',
    (token) => {
      expect(readPageToken('letters', token)).toBeUndefined();
    },
  );
});
