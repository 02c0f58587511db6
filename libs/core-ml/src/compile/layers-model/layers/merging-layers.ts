import { scalar } from '../../../graph/tensor/create.js';
import { binary, broadcast, concat, type Located } from '../../emit/index.js';
import type { ConverterCall, LayerConverters } from '../layer-converter.js';

/** Layers that make one tensor of several. */
export const mergingLayers: LayerConverters = {
  Add: (call) => fold(call, 'Add'),
  Subtract: (call) => fold(call, 'Sub'),
  Multiply: (call) => fold(call, 'Mul'),
  Maximum: (call) => extreme(call, 'Max'),
  Minimum: (call) => extreme(call, 'Min'),
  Average: (call) => binary(call.emitter, 'Div', fold(call, 'Add'), scalar('float32', call.inputs.length)),
  Concatenate: ({ emitter, config, inputs }) => concat(emitter, inputs, config.whole('axis', -1)),
};

function fold({ emitter, inputs }: ConverterCall, operator: 'Add' | 'Sub' | 'Mul'): Located {
  const [first, ...others] = inputs;
  return others.reduce<Located>((sum, next) => binary(emitter, operator, sum, next), first);
}

function extreme({ emitter, inputs }: ConverterCall, operator: 'Max' | 'Min'): Located {
  return broadcast(emitter, inputs, (values) => emitter.op(operator, values));
}
