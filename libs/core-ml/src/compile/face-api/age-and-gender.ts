import { binary, maxPool, reduce, relu, reshape, softmax, type Located, type NhwcEmitter } from '../emit/index.js';
import { biasedConv, dense, imageInput, normalise, separableConv, trainingMeans } from './building-blocks.js';
import type { FaceApiWeights } from './face-api-weights.js';

const size = 112;
const nMainBlocks = 2;

/**
 * How old a face looks, and of which gender: a small Xception (https://arxiv.org/abs/1610.02357).
 * Input `image` [batch, 112, 112, 3], RGB, 0 to 255; outputs `age` [batch] in years and `gender` [batch, 2],
 * probabilities of male and female.
 */
export function emitAgeAndGender(weights: FaceApiWeights, emitter: NhwcEmitter): void {
  const entry = weights.in('entry_flow');
  const exit = weights.in('exit_flow');
  const image = normalise(emitter, imageInput(emitter, size), trainingMeans);
  let x = relu(emitter, biasedConv(emitter, image, entry.in('conv_in'), 2));
  x = reductionBlock(emitter, x, entry.in('reduction_block_0'), { isActivated: true });
  x = reductionBlock(emitter, x, entry.in('reduction_block_1'), { isActivated: false });
  emitter.mark('entry_flow', x);
  for (let block = 0; block < nMainBlocks; block++)
    x = mainBlock(emitter, x, weights.in(`middle_flow/main_block_${block}`));
  emitter.mark('middle_flow', x);
  x = reductionBlock(emitter, x, exit.in('reduction_block'), { isActivated: false });
  x = relu(emitter, separableConv(emitter, x, exit.in('separable_conv')));
  emitter.mark('exit_flow', x);
  const pooled = reduce(emitter, 'ReduceMean', x, [1, 2], false);
  emitter.output('age', reshape(emitter, dense(emitter, pooled, weights.in('fc/age')), [-1]));
  emitter.output('gender', softmax(emitter, dense(emitter, pooled, weights.in('fc/gender')), -1));
}

/** Halves height and width. @param isActivated whether `x` has been through a ReLU already */
function reductionBlock(
  emitter: NhwcEmitter,
  x: Located,
  weights: FaceApiWeights,
  { isActivated }: { isActivated: boolean },
): Located {
  let y = separableConv(emitter, isActivated ? x : relu(emitter, x), weights.in('separable_conv0'));
  y = separableConv(emitter, relu(emitter, y), weights.in('separable_conv1'));
  y = maxPool(emitter, y, { size: [3, 3], strides: [2, 2], padding: 'same' });
  return binary(emitter, 'Add', y, biasedConv(emitter, x, weights.in('expansion_conv'), 2));
}

function mainBlock(emitter: NhwcEmitter, x: Located, weights: FaceApiWeights): Located {
  let y = x;
  for (const name of ['separable_conv0', 'separable_conv1', 'separable_conv2']) {
    y = separableConv(emitter, relu(emitter, y), weights.in(name));
  }
  return binary(emitter, 'Add', y, x);
}
