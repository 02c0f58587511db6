export { hardSigmoid, leakyRelu, prelu } from './activation.js';
export { conv2d, conv2dTranspose, depthwiseConv2d, type ConvolutionOptions } from './convolution.js';
export { broadcast, unary } from './broadcast.js';
export { clip, relu, relu6 } from './clip.js';
export { binary, maximum, minimum } from './elementwise.js';
export { NhwcEmitter, staticShapeOf, type EmitterOptions, type ImageLayout } from './emitter.js';
export { elementTypeOf, isConstant, rankOf, shapeOf, type Layout, type Located, type Operand } from './located.js';
export { matMul, type MatrixProductOptions } from './matrix.js';
export { type Padding } from './padding.js';
export { averagePool, maxPool, type PoolOptions } from './pooling.js';
export { argument, batchNorm, reduce, softmax, type BatchNormalisation, type Reduction } from './reduction.js';
export { resize, type ResizeOptions } from './resize.js';
export { gather, gatherNd, nonMaxSuppression, topK, wide, type Suppression } from './selection.js';
export {
  concat,
  emitReshape,
  expandDims,
  pad,
  reshape,
  shapeList,
  slice,
  split,
  squeeze,
  stack,
  tile,
  transpose,
  unstack,
  type Range,
} from './shape.js';
