import { reduce, softmax, type Located, type NhwcEmitter } from '../emit/index.js';
import { dense, denseBlock, imageInput, normalise, trainingMeans } from './building-blocks.js';
import type { FaceApiWeights } from './face-api-weights.js';

/** Height and width of the face that these networks read. */
const size = 112;

/**
 * Where 68 points of a face lie.
 * Input `image` [batch, 112, 112, 3], RGB, 0 to 255; output `landmarks` [batch, 136], x and y in turn as ratios of the
 * (square) image.
 */
export function emitLandmarks(weights: FaceApiWeights, emitter: NhwcEmitter): void {
  emitter.output('landmarks', classify(weights, emitter, { nBlocks: 4, nConvolutions: 4 }));
}

/** As `emitLandmarks`, of a smaller network. */
export function emitTinyLandmarks(weights: FaceApiWeights, emitter: NhwcEmitter): void {
  emitter.output('landmarks', classify(weights, emitter, { nBlocks: 3, nConvolutions: 3 }));
}

/**
 * What a face expresses.
 * Input as that of `emitLandmarks`; output `expressions` [batch, 7], probabilities of neutral, happy, sad, angry,
 * fearful, disgusted and surprised.
 */
export function emitExpressions(weights: FaceApiWeights, emitter: NhwcEmitter): void {
  const logits = classify(weights, emitter, { nBlocks: 4, nConvolutions: 4 });
  emitter.output('expressions', softmax(emitter, logits, -1));
}

function classify(
  weights: FaceApiWeights,
  emitter: NhwcEmitter,
  { nBlocks, nConvolutions }: { nBlocks: number; nConvolutions: number },
): Located {
  let x = normalise(emitter, imageInput(emitter, size), trainingMeans);
  emitter.mark('normalised', x);
  for (let block = 0; block < nBlocks; block++) {
    x = denseBlock(emitter, x, weights.in(`dense${block}`), { nConvolutions, isFirst: block === 0 });
    emitter.mark(`dense${block}`, x);
  }
  // face-api pools the whole of what is left, 7x7 or 14x14.
  const pooled = reduce(emitter, 'ReduceMean', x, [1, 2], false);
  return dense(emitter, pooled, weights.in('fc'));
}
