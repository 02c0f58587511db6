import { describe, expect, it } from 'vitest';
import { TimedCache } from './timed-cache.js';

function makeCache(size = 100) {
  const state = { now: 0, loads: [] as string[], value: (key: string): string | undefined => key };
  const load = (key: string): Promise<string | undefined> => {
    state.loads.push(key);
    return Promise.resolve(state.value(key));
  };
  return { state, cache: new TimedCache(load, { lifetimeMs: 1000, size, now: () => state.now }) };
}

describe('TimedCache', () => {
  it('answers at once until the lifetime is over, absences too', async () => {
    const { state, cache } = makeCache();
    state.value = (key) => (key === 'no' ? undefined : key);
    await Promise.all([cache.get('yes'), cache.get('no')]);
    state.now = 999;
    expect([cache.get('yes'), cache.get('no')]).toEqual(['yes', undefined]);
    state.now = 1000;
    expect(cache.get('yes')).toBeInstanceOf(Promise);
    expect(state.loads).toEqual(['yes', 'no', 'yes']);
  });

  it('asks once for callers that come together', async () => {
    const { state, cache } = makeCache();
    expect(await Promise.all([cache.get('a'), cache.get('a'), cache.get('a')])).toEqual(['a', 'a', 'a']);
    expect(state.loads).toEqual(['a']);
  });

  it('does not keep an answer that was under way when its key was removed', async () => {
    const { cache } = makeCache();
    const stale = cache.get('a');
    cache.remove('a');
    await stale;
    expect(cache.get('a')).toBeInstanceOf(Promise);
  });

  it('does not keep a failure', async () => {
    const { state, cache } = makeCache();
    state.value = () => {
      throw new Error('down');
    };
    await expect(async () => cache.get('a')).rejects.toThrow('down');
    state.value = () => 'up';
    expect(await cache.get('a')).toBe('up');
  });

  it('stays within its size, the oldest leaving first', async () => {
    const { cache } = makeCache(2);
    for (const key of ['a', 'b', 'c']) await cache.get(key);
    expect(cache.get('c')).toBe('c');
    expect(cache.get('a')).toBeInstanceOf(Promise);
  });
});
