import type { TensorData } from '../../graph/model.js';
import { ShapeError } from '../../graph/operators/index.js';
import type { Located, NhwcEmitter } from '../emit/index.js';
import { SourceModelError, UnsupportedNetworkError, UnsupportedUseError, type UnsupportedUse } from '../errors.js';
import { inputElementType } from './input-type.js';
import type { LayerConverter, LayerConverters } from './layer-converter.js';
import { LayerWeights } from './layer-weights.js';
import { denseLayers } from './layers/dense-layers.js';
import { elementwiseLayers } from './layers/elementwise-layers.js';
import { imageLayerAliases, imageLayers } from './layers/image-layers.js';
import { mergingLayers } from './layers/merging-layers.js';
import { sequenceLayers } from './layers/sequence-layers.js';
import { callsInOrder, type LayerCall } from './order.js';
import { parseTopology, type LayerOutput, type Topology } from './topology.js';

const converters = new Map<string, LayerConverter>(
  [imageLayers, imageLayerAliases, sequenceLayers, denseLayers, elementwiseLayers, mergingLayers].flatMap(
    (table: LayerConverters) => Object.entries(table),
  ),
);

/** Keras's names of the layers that can be compiled, besides models and inputs. */
export const supportedLayers: readonly string[] = [...converters.keys()].sort();

/**
 * Emits a Keras model as TensorFlow.js saves it (`format: 'layers-model'`): its inputs under their layers' names, with a
 * length `batch` that callers choose, and its outputs under theirs.
 *
 * @param modelTopology that of model.json
 * @param weights by the names of its manifest
 * @throws UnsupportedNetworkError which names all layers that have no converter
 * @throws SourceModelError where topology and weights contradict themselves or each other
 */
export function compileLayersModel(
  modelTopology: unknown,
  weights: ReadonlyMap<string, TensorData>,
  emitter: NhwcEmitter,
): void {
  const topology = parseTopology(modelTopology);
  const unknown = unknownLayers(topology);
  if (unknown.length > 0) throw new UnsupportedNetworkError(unknown);
  for (const [name, data] of weights) emitter.nameConstant(data, name);
  const inputs = topology.inputs.map((input) => emitInput(emitter, topology, input));
  const outputs = emitTopology(topology, inputs, { emitter, weights: new LayerWeights(weights) });
  const names = outputNames(topology.outputs);
  for (const [index, output] of outputs.entries()) emitter.output(names[index]!, output);
}

/** Layers without a converter, one entry for each kind. */
function unknownLayers(topology: Topology): UnsupportedUse[] {
  const names = new Map<string, string[]>();
  const visit = (level: Topology): void => {
    for (const { layer } of callsInOrder(level)) {
      const { className, name, inner } = layer;
      if (inner !== undefined) visit(inner);
      else if (className !== 'InputLayer' && !converters.has(className)) {
        names.set(className, [...(names.get(className) ?? []), name]);
      }
    }
  };
  visit(topology);
  return [...names].map(([operator, [node = '', ...others]]) => ({ operator, uses: others.length + 1, node }));
}

function emitInput(emitter: NhwcEmitter, topology: Topology, { layer: name }: LayerOutput): Located {
  const layer = topology.layers.find((candidate) => candidate.name === name);
  const shape = layer?.config.shape('batch_input_shape') ?? layer?.config.shape('batch_shape');
  if (layer === undefined || shape === undefined) throw new SourceModelError(`the input '${name}' has no shape`);
  const [, ...others] = shape;
  // Each open length has a name of its own: nothing says that two of them are equal.
  const dims = others.map((length, axis) => length ?? `${name}_${axis + 1}`);
  return emitter.input(name, inputElementType(layer.config), ['batch', ...dims]);
}

interface Emission {
  readonly emitter: NhwcEmitter;
  readonly weights: LayerWeights;
}

/** Emits a model's layers over the given inputs. @returns its outputs, in order */
function emitTopology(topology: Topology, inputs: readonly Located[], emission: Emission): Located[] {
  const values = new Map(topology.inputs.map((input, index) => [keyOf(input), inputs[index]!]));
  for (const call of callsInOrder(topology)) {
    const { layer } = call;
    if (layer.className === 'InputLayer') continue;
    const arguments_ = call.inputs.map((input) => valueOf(values, input));
    const results = layer.inner
      ? emitTopology(layer.inner, arguments_, { ...emission, weights: emission.weights.within(layer.name) })
      : [emitLayer(call, arguments_, emission)];
    for (const [output, result] of results.entries()) {
      values.set(keyOf({ layer: layer.name, call: call.call, output }), result);
    }
  }
  return topology.outputs.map((output) => valueOf(values, output));
}

function emitLayer({ layer, call }: LayerCall, inputs: readonly Located[], { emitter, weights }: Emission): Located {
  const [first, ...others] = inputs;
  const converter = converters.get(layer.className);
  if (first === undefined || converter === undefined) throw new SourceModelError(`layer '${layer.name}' reads nothing`);
  const { name, className, config } = layer;
  emitter.scope = name;
  try {
    const weight = (kind: string) => weights.of(name, kind);
    const result = converter({ emitter, config, inputs: [first, ...others], weight });
    // The first call has the layer's plain name.
    emitter.mark(call === 0 ? name : `${name}:${call}`, result);
    return result;
  } catch (error) {
    if (error instanceof ShapeError) throw new SourceModelError(`layer '${name}' (${className}): ${error.message}`);
    if (!(error instanceof UnsupportedUseError)) throw error;
    throw new UnsupportedNetworkError([{ operator: className, uses: 1, node: name, reason: error.message }]);
  }
}

const keyOf = ({ layer, call, output }: LayerOutput) => `${call}:${output} ${layer}`;

function valueOf(values: ReadonlyMap<string, Located>, origin: LayerOutput): Located {
  const value = values.get(keyOf(origin));
  if (value === undefined) throw new SourceModelError(`layer '${origin.layer}' has no output ${origin.output}`);
  return value;
}

/** The layer's name, with a number where one layer gives several outputs. */
function outputNames(outputs: readonly LayerOutput[]): string[] {
  const uses = new Map<string, number>();
  return outputs.map(({ layer }) => {
    const before = uses.get(layer) ?? 0;
    uses.set(layer, before + 1);
    return before === 0 ? layer : `${layer}:${before}`;
  });
}
