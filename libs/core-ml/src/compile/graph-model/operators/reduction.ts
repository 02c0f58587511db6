import {
  argument,
  batchNorm,
  elementTypeOf,
  isConstant,
  reduce,
  softmax,
  type Operand,
  type Reduction,
} from '../../emit/index.js';
import { UnsupportedUseError } from '../../errors.js';
import type { Converter, ConverterCall, ConverterTable } from '../converter.js';

/** Sums, means and extremes over axes, and normalisations. */
export const reductions: ConverterTable = {
  Mean: reduced('ReduceMean'),
  Sum: reduced('ReduceSum'),
  Max: reduced('ReduceMax'),
  Min: reduced('ReduceMin'),
  Prod: reduced('ReduceProd'),
  EuclideanNorm: reduced('ReduceL2'),
  All: (call) => reducedTruth(call, 'ReduceMin'),
  Any: (call) => reducedTruth(call, 'ReduceMax'),
  ArgMax: (call) => argument(call.emitter, 'ArgMax', call.input(0), call.number(1, 'the axis')),
  ArgMin: (call) => argument(call.emitter, 'ArgMin', call.input(0), call.number(1, 'the axis')),
  Softmax: (call) => softmax(call.emitter, call.input(0)),
  LogSoftmax: (call) => softmax(call.emitter, call.input(0), -1, 'LogSoftmax'),
  FusedBatchNorm: normalised,
  FusedBatchNormV2: normalised,
  FusedBatchNormV3: normalised,
  LRN: localResponse,
  Cumsum: (call) => {
    const inputs = [call.emitter.plain(call.input(0)), call.emitter.plain(call.input(1))];
    const attributes = {
      exclusive: call.attributes.flag('exclusive') ? 1 : 0,
      reverse: call.attributes.flag('reverse') ? 1 : 0,
    };
    return { value: call.emitter.op('CumSum', inputs, attributes), layout: 'plain' };
  },
};

function reduced(reduction: Reduction): Converter {
  return (call) => {
    const x = call.input(0);
    const axes = call.numbers(1, 'the axes');
    const keepDims = call.attributes.flag('keep_dims');
    // No axes, written as an empty list, means that nothing is reduced (ONNX would take it as all).
    if (axes.length === 0) return x;
    return reduce(call.emitter, reduction, x, axes, keepDims);
  };
}

function reducedTruth(call: ConverterCall, reduction: Reduction): Operand {
  const { emitter } = call;
  const x = call.input(0);
  const layout = isConstant(x) ? 'plain' : x.layout;
  const numbers = { value: emitter.cast(emitter.inLayout(x, layout), 'int32'), layout };
  const result = reduce(emitter, reduction, numbers, call.numbers(1, 'the axes'), call.attributes.flag('keep_dims'));
  return { value: emitter.cast(result.value, 'bool'), layout: result.layout };
}

/** Only with fixed statistics: the first output; the others exist for training. */
function normalised(call: ConverterCall): Operand {
  call.requireChannelsLast();
  if (call.attributes.flag('is_training')) throw new UnsupportedUseError('statistics of the batch, as in training');
  const [x, scale, offset, mean, variance] = [0, 1, 2, 3, 4].map((index) => call.input(index));
  return batchNorm(call.emitter, x!, {
    scale: scale!,
    offset: offset!,
    mean: mean!,
    variance: variance!,
    epsilon: call.attributes.real('epsilon', 0.001),
  });
}

/** x / (bias + alpha * sum of squares of 2 * radius + 1 channels) ^ beta; ONNX divides alpha by the number of channels. */
function localResponse(call: ConverterCall): Operand {
  if (elementTypeOf(call.input(0)) !== 'float32') throw new UnsupportedUseError('numbers other than float32');
  const size = 2 * call.attributes.integer('depth_radius', 5) + 1;
  const attributes = {
    size,
    bias: call.attributes.real('bias', 1),
    alpha: call.attributes.real('alpha', 1) * size,
    beta: call.attributes.real('beta', 0.5),
  };
  return { value: call.emitter.op('LRN', [call.emitter.channelsFirst(call.input(0))], attributes), layout: 'NCHW' };
}
