import { expect, it } from 'vitest';
import { tokenSpans } from './cross-attention.js';

/** Attention of tokens that each look at a stretch of frames: `inside` shared evenly there, the rest everywhere. */
function attentionTo(stretches: readonly (readonly [number, number])[], nFrames: number, inside = 0.6): number[] {
  return stretches.flatMap(([first, last]) =>
    Array.from({ length: nFrames }, (_, frame) => {
      const isInside = frame >= first && frame <= last;
      return (1 - inside) / nFrames + (isInside ? inside / (last - first + 1) : 0);
    }),
  );
}

const stretches = [
  [0, 19],
  [20, 29],
  [30, 59],
  [60, 79],
] as const;
const nFrames = 80;
const following = attentionTo(stretches, nFrames);

it('finds the stretch of frames that each token looks at', () => {
  const spans = tokenSpans(
    { layers: [Float32Array.from(following)], nHeads: 1, nTokens: 4, nFrames },
    { layers: [0], medianWidth: 1 },
  );
  expect(spans).toEqual(stretches.map(([first, last]) => ({ first, last })));
});

it('is not led astray by a frame that all tokens look at, nor by heads and layers that look elsewhere', () => {
  const sink = following.map((value, i) => (i % nFrames === 75 ? value + 5 : value));
  const even = new Array<number>(following.length).fill(1 / nFrames);
  const backwards = attentionTo([...stretches].reverse(), nFrames);
  const spans = tokenSpans(
    {
      layers: [Float32Array.from([...backwards, ...backwards]), Float32Array.from([...sink, ...even])],
      nHeads: 2,
      nTokens: 4,
      nFrames,
    },
    { layers: [1] },
  );
  expect(spans).toHaveLength(4);
  spans.forEach(({ first, last }, token) => {
    expect(Math.abs(first - stretches[token]![0])).toBeLessThanOrEqual(2);
    expect(Math.abs(last - stretches[token]![1])).toBeLessThanOrEqual(2);
  });
});

it('refuses a layer that is not there', () => {
  const attention = { layers: [], nHeads: 1, nTokens: 1, nFrames: 1 };
  expect(() => tokenSpans(attention, { layers: [2] })).toThrow('the attention has no layer 2');
});
