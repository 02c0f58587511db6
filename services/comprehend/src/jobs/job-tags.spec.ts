import { describe, expect, it } from 'vitest';
import { readTags, withoutTags, withTags, writeTags } from './job-tags.js';

const many = (n: number) => Array.from({ length: n }, (_, i) => ({ Key: `k${i}`, Value: 'v' }));

describe('tags of jobs', () => {
  it('come back as they were given, a tag without value with an empty one', () => {
    expect(writeTags(readTags([{ Key: 'team', Value: 'a' }, { Key: '__proto__' }]))).toEqual([
      { Key: 'team', Value: 'a' },
      { Key: '__proto__', Value: '' },
    ]);
  });

  it('are 50 at most, old and new together', () => {
    expect(Object.keys(readTags(many(50)))).toHaveLength(50);
    expect(() => readTags(many(51))).toThrow(/more tags than can be associated/);
    expect(() => withTags(readTags(many(50)), { other: 'v' })).toThrow(/more tags than can be associated/);
    expect(withTags(readTags(many(50)), { k1: 'w' })).toMatchObject({ k1: 'w' });
  });

  it('are removed by key; what is not there is no error', () => {
    expect(withoutTags({ a: '1', b: '2' }, ['a', 'c'])).toEqual({ b: '2' });
    expect(() =>
      withoutTags(
        {},
        many(51).map(({ Key }) => Key),
      ),
    ).toThrow(/more tag keys/);
  });

  it('have each key once, and none of AWS', () => {
    expect(() => readTags([{ Key: 'a' }, { Key: 'a' }])).toThrow(/more than once/);
    expect(() => readTags([{ Key: 'aws:x' }])).toThrow(/reserved/);
  });
});
