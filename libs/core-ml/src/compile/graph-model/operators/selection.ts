import { scalar } from '../../../graph/tensor/create.js';
import {
  gather,
  gatherNd,
  nonMaxSuppression,
  resize,
  topK,
  transpose,
  type Located,
  type Operand,
} from '../../emit/index.js';
import { UnsupportedUseError } from '../../errors.js';
import type { ConverterCall, ConverterTable } from '../converter.js';

/** Elements chosen by index, by size or by position. */
export const selections: ConverterTable = {
  Gather: (call) => gather(call.emitter, call.input(0), call.input(1), 0),
  GatherV2: (call) => {
    if (call.attributes.integer('batch_dims', 0) !== 0) throw new UnsupportedUseError('batch_dims');
    const axis = call.inputs.length > 2 ? call.number(2, 'the axis') : 0;
    return gather(call.emitter, call.input(0), call.input(1), axis);
  },
  GatherNd: (call) => gatherNd(call.emitter, call.input(0), call.input(1)),
  TopK: (call) => topK(call.emitter, call.input(0), call.input(1), true),
  TopKV2: (call) => topK(call.emitter, call.input(0), call.input(1), call.attributes.flag('sorted')),
  OneHot: oneHot,
  Where: truePositions,
  NonMaxSuppressionV2: suppressed,
  NonMaxSuppressionV3: suppressed,
  NonMaxSuppressionV4: (call) => {
    if (call.attributes.flag('pad_to_max_output_size')) throw new UnsupportedUseError('pad_to_max_output_size');
    const kept = suppressed(call);
    return [kept, countOf(call, kept)];
  },
  NonMaxSuppressionV5: (call) => {
    if (call.inputs.length > 5 && call.number(5, 'sigma') !== 0) throw new UnsupportedUseError('soft suppression');
    if (call.attributes.flag('pad_to_max_output_size')) throw new UnsupportedUseError('pad_to_max_output_size');
    const kept = suppressed(call);
    return [kept, gather(call.emitter, call.input(1), kept, 0), countOf(call, kept)];
  },
  ResizeBilinear: (call) => resized(call, 'bilinear'),
  ResizeNearestNeighbor: (call) => resized(call, 'nearest'),
};

function suppressed(call: ConverterCall): Located {
  return nonMaxSuppression(call.emitter, {
    boxes: call.input(0),
    scores: call.input(1),
    maxOutputs: call.input(2),
    overlap: call.inputs[3] ?? scalar('float32', call.attributes.real('iou_threshold', 0.5)),
    ...(call.inputs[4] === undefined ? {} : { minScore: call.inputs[4] }),
  });
}

function countOf(call: ConverterCall, indices: Located): Operand {
  const { emitter } = call;
  return { value: emitter.cast(emitter.op('Size', [indices.value]), 'int32'), layout: 'plain' };
}

function oneHot(call: ConverterCall): Operand {
  const { emitter } = call;
  const values = emitter.op(
    'Concat',
    // ONNX takes [off, on]; TensorFlow gives on, then off.
    [3, 2].map((index) => emitter.op('Reshape', [emitter.plain(call.input(index)), emitter.integers([1])])),
    { axis: 0 },
  );
  const inputs = [emitter.plain(call.input(0)), emitter.plain(call.input(1)), values];
  return { value: emitter.op('OneHot', inputs, { axis: call.attributes.integer('axis', -1) }), layout: 'plain' };
}

/** One row of indices for each true element. */
function truePositions(call: ConverterCall): Operand {
  const { emitter } = call;
  const columns: Located = { value: emitter.op('NonZero', [emitter.plain(call.input(0))]), layout: 'plain' };
  const rows = transpose(emitter, columns, [1, 0]);
  return { value: emitter.cast(rows.value, 'int32'), layout: 'plain' };
}

function resized(call: ConverterCall, mode: 'bilinear' | 'nearest'): Operand {
  const size = call.input(1);
  const known = call.emitter.numbers(size);
  const options = {
    mode,
    alignCorners: call.attributes.flag('align_corners'),
    halfPixelCenters: call.attributes.flag('half_pixel_centers'),
  };
  if (known !== undefined) return resize(call.emitter, call.input(0), [known[0]!, known[1]!], options);
  return resize(call.emitter, call.input(0), { value: call.emitter.plain(size), layout: 'plain' }, options);
}
