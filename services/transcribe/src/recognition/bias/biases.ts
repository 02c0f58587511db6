import type { TokenBias } from '../search/token-scorer.js';

/** Two biases together: their gains add up. */
export function bothBiases<A, B>(first: TokenBias<A>, second: TokenBias<B>): TokenBias<readonly [A, B]> {
  return {
    start: [first.start, second.start],
    *favourites([a, b]) {
      yield* first.favourites(a);
      yield* second.favourites(b);
    },
    advance([a, b], token) {
      const left = first.advance(a, token);
      const right = second.advance(b, token);
      return { state: [left.state, right.state], gain: left.gain + right.gain };
    },
    finish: ([a, b]) => first.finish(a) + second.finish(b),
  };
}
