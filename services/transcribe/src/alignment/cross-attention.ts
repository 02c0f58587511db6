import { medianFilter } from './median-filter.js';
import { monotonicPath, type Matrix } from './monotonic-path.js';

/** Where a decoder looks at in a sound while it writes a text. */
export interface CrossAttention {
  /** One layer after the other, each [head, token, frame]; rows of frames add up to 1. */
  readonly layers: readonly Float32Array[];
  readonly nHeads: number;
  /** The end of the text is the last. */
  readonly nTokens: number;
  readonly nFrames: number;
}

export interface AttentionOptions {
  /** Layers that follow the sound; the first ones look everywhere. */
  readonly layers: readonly number[];
  /** Frames that the median is taken over. @default 7 */
  readonly medianWidth?: number;
}

/** First and last frame of a token. */
export interface FrameSpan {
  readonly first: number;
  readonly last: number;
}

/**
 * When each token is said: the frames on the path of most attention that goes through all tokens and frames in order. The way is that
 * of Whisper's word times (Radford et al. 2022): each head's attention to a frame is measured against that of the other tokens, freed
 * from outliers by a median, and averaged over heads.
 * @returns for each token, the end included
 */
export function tokenSpans(
  attention: CrossAttention,
  { layers, medianWidth = 7 }: AttentionOptions,
): readonly FrameSpan[] {
  const { nHeads, nTokens, nFrames } = attention;
  const cost = new Float32Array(nTokens * nFrames);
  const size = nTokens * nFrames;
  for (const layer of layers) {
    const all = attention.layers[layer];
    if (!all) throw new RangeError(`the attention has no layer ${layer}`);
    for (let head = 0; head < nHeads; head++) {
      const one = standardised({
        data: all.subarray(head * size, (head + 1) * size),
        nRows: nTokens,
        nColumns: nFrames,
      });
      for (let token = 0; token < nTokens; token++) {
        const row = medianFilter(one.subarray(token * nFrames, (token + 1) * nFrames), medianWidth);
        for (let frame = 0; frame < nFrames; frame++) cost[token * nFrames + frame]! -= row[frame]!;
      }
    }
  }
  return monotonicPath({ data: cost, nRows: nTokens, nColumns: nFrames });
}

/** Each column less its mean, divided by its standard deviation: what all tokens look at tells nothing. */
function standardised({ data, nRows, nColumns }: Matrix): Float32Array {
  const result = new Float32Array(data.length);
  for (let column = 0; column < nColumns; column++) {
    let sum = 0;
    let squares = 0;
    for (let row = 0; row < nRows; row++) {
      const value = data[row * nColumns + column]!;
      sum += value;
      squares += value * value;
    }
    const mean = sum / nRows;
    const deviation = Math.sqrt(Math.max(0, squares / nRows - mean * mean));
    if (deviation < 1e-9) continue;
    for (let row = 0; row < nRows; row++)
      result[row * nColumns + column] = (data[row * nColumns + column]! - mean) / deviation;
  }
  return result;
}
