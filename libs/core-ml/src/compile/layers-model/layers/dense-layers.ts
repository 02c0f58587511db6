import { float32 } from '../../../graph/tensor/create.js';
import { binary, gather, matMul, reshape, shapeOf, tile, transpose, type Located } from '../../emit/index.js';
import { UnsupportedUseError } from '../../errors.js';
import { activate } from '../activations.js';
import type { ConverterCall, LayerConverters } from '../layer-converter.js';
import { biasOf, fixed } from './windows.js';

/** Layers over vectors, and those that only arrange elements. */
export const denseLayers: LayerConverters = {
  Dense: (call) => {
    const x = matMul(call.emitter, call.inputs[0], call.weight('kernel'), biasOf(call));
    return activate(call.emitter, x, call.config.activation());
  },
  Embedding: ({ emitter, inputs, weight }) => {
    // TensorFlow.js casts positions, which may come as floats, to int32.
    const value = emitter.cast(emitter.plain(inputs[0]), 'int32');
    return gather(emitter, weight('embeddings'), { value, layout: 'plain' }, 0);
  },
  Flatten: ({ emitter, inputs, config }) => {
    if (config.text('data_format', 'channels_last') !== 'channels_last') {
      throw new UnsupportedUseError('channels come first in it');
    }
    const lengths = (shapeOf(inputs[0]) ?? []).slice(1).map(fixed);
    return reshape(emitter, inputs[0], [-1, lengths.reduce((product, length) => product * length, 1)]);
  },
  Reshape: (call) => reshape(call.emitter, call.inputs[0], [-1, ...targetShape(call)]),
  Permute: ({ emitter, inputs, config }) => transpose(emitter, inputs[0], [0, ...config.wholes('dims')]),
  RepeatVector: ({ emitter, inputs, config }) => {
    const length = fixed(shapeOf(inputs[0])?.[1]);
    return tile(emitter, reshape(emitter, inputs[0], [-1, 1, length]), [1, config.whole('n'), 1]);
  },
  Rescaling: ({ emitter, inputs, config }) => {
    const scaled = scaleBy(emitter, inputs[0], 'Mul', config.number('scale'));
    return scaleBy(emitter, scaled, 'Add', config.number('offset', 0));
  },
};

function scaleBy(emitter: ConverterCall['emitter'], x: Located, operator: 'Mul' | 'Add', value: number): Located {
  return binary(emitter, operator, x, float32([], [value]));
}

/** The shape without the batch; the one length that may be open (-1 or null) follows from the input's. */
function targetShape({ inputs, config }: ConverterCall): number[] {
  const target = (config.shape('target_shape') ?? []).map((length) => length ?? -1);
  if (!target.includes(-1)) return target;
  const count = (shapeOf(inputs[0]) ?? [])
    .slice(1)
    .map(fixed)
    .reduce((product, length) => product * length, 1);
  const others = target.filter((length) => length !== -1).reduce((product, length) => product * length, 1);
  return target.map((length) => (length === -1 ? count / others : length));
}
