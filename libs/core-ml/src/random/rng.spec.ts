import { describe, expect, it } from 'vitest';
import { Rng } from './rng.js';

/** xoshiro128**'s next word with whole numbers, written from the paper's figure and not from rng.ts. */
function reference(state: bigint[]): bigint {
  const mask = 0xffffffffn;
  const rotate = (x: bigint, k: bigint): bigint => ((x << k) | (x >> (32n - k))) & mask;
  const result = (rotate((state[1]! * 5n) & mask, 7n) * 9n) & mask;
  const shifted = (state[1]! << 9n) & mask;
  state[2]! ^= state[0]!;
  state[3]! ^= state[1]!;
  state[1]! ^= state[2]!;
  state[0]! ^= state[3]!;
  state[2]! ^= shifted;
  state[3] = rotate(state[3]!, 11n);
  return result;
}

function seeded(seed: bigint): bigint[] {
  const mask = 0xffffffffn;
  return [1n, 2n, 3n, 4n].map((step) => {
    let z = (seed + step * 0x9e3779b9n) & mask;
    z = ((z ^ (z >> 16n)) * 0x21f0aaadn) & mask;
    z = ((z ^ (z >> 15n)) * 0x735a2d97n) & mask;
    return z ^ (z >> 15n);
  });
}

describe('Rng', () => {
  it.each([0n, 1n, 42n, 4294967295n])('follows xoshiro128** from seed %s', (seed) => {
    const state = seeded(seed);
    const rng = new Rng(Number(seed));
    for (let i = 0; i < 1000; i++) expect(BigInt(rng.uint32())).toBe(reference(state));
  });

  it('draws whole numbers evenly', () => {
    const rng = new Rng(3);
    const counts = new Array<number>(7).fill(0);
    for (let i = 0; i < 70_000; i++) counts[rng.below(7)]!++;
    // Six standard deviations of a binomial count are 6 · sqrt(70000 · 1/7 · 6/7) = 556.
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(556);
  });

  it('draws normal numbers of mean 0 and variance 1', () => {
    const rng = new Rng(4);
    const draws = Array.from({ length: 40_000 }, () => rng.normal());
    const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
    const variance = draws.reduce((sum, x) => sum + x * x, 0) / draws.length;
    // Six standard errors: 6 / sqrt(40000) and 6 · sqrt(2 / 40000).
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(variance - 1)).toBeLessThan(0.043);
  });

  it('shuffles without losing any', () => {
    const items = Array.from({ length: 100 }, (_, i) => i);
    const mixed = items.slice();
    new Rng(5).shuffle(mixed);
    expect(mixed).not.toEqual(items);
    expect(mixed.toSorted((a, b) => a - b)).toEqual(items);
  });

  it('refuses seeds and bounds that make no sense', () => {
    expect(() => new Rng(NaN)).toThrow(RangeError);
    for (const bound of [0, -1, 1.5, 2 ** 33]) expect(() => new Rng(1).below(bound)).toThrow(RangeError);
  });
});
