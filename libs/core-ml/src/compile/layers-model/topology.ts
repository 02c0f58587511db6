import { SourceModelError } from '../errors.js';
import { isRecord, LayerConfig } from './layer-config.js';

/** An output of a layer; a shared layer is called several times. */
export interface LayerOutput {
  readonly layer: string;
  readonly call: number;
  readonly output: number;
}

export interface Layer {
  readonly name: string;
  /** Keras's name of the kind of layer, e.g. `Conv2D`. */
  readonly className: string;
  readonly config: LayerConfig;
  /** What each call reads; an input layer has none. */
  readonly calls: readonly (readonly LayerOutput[])[];
  /** The layers of a model that is used as a layer. */
  readonly inner?: Topology;
}

/** A Keras model as a graph of layers; a sequential one is a chain. */
export interface Topology {
  readonly name: string;
  readonly layers: readonly Layer[];
  readonly inputs: readonly LayerOutput[];
  readonly outputs: readonly LayerOutput[];
}

const functional: ReadonlySet<unknown> = new Set(['Model', 'Functional']);
/** Models within models; real ones are two or three deep. */
const deepest = 16;

/**
 * Reads the `modelTopology` of a TensorFlow.js layers model: Keras's configuration as JSON, with or without the
 * surrounding `model_config`.
 * @throws SourceModelError where it contradicts Keras's format, or is Keras 3's, whose graphs are written otherwise
 */
export function parseTopology(modelTopology: unknown): Topology {
  const wrapped = isRecord(modelTopology) ? (modelTopology['model_config'] ?? modelTopology) : modelTopology;
  return parseModel(wrapped, 0);
}

function parseModel(model: unknown, depth: number): Topology {
  if (depth > deepest) throw new SourceModelError('models are nested too deeply');
  if (!isRecord(model)) throw new SourceModelError('the topology is not a Keras model');
  if (functional.has(model['class_name'])) return parseFunctional(model['config'], depth);
  if (model['class_name'] === 'Sequential') return parseSequential(model['config'], depth);
  const found = JSON.stringify(model['class_name']) ?? 'nothing';
  throw new SourceModelError(`the topology should be a Functional or Sequential model, found ${found.slice(0, 80)}`);
}

function parseFunctional(config: unknown, depth: number): Topology {
  if (!isRecord(config) || !Array.isArray(config['layers'])) throw new SourceModelError('the model lists no layers');
  const layers = config['layers'].map((layer: unknown) => {
    const written = readLayer(layer, depth);
    const { inbound_nodes: nodes = [] } = layer as { inbound_nodes?: unknown };
    if (!Array.isArray(nodes)) throw new SourceModelError(`layer '${written.name}': inbound_nodes is not a list`);
    return { ...written, calls: nodes.map((node: unknown) => parseCall(node, written.name)) };
  });
  requireDistinct(layers);
  return countModelCallsFromZero({
    name: typeof config['name'] === 'string' ? config['name'] : 'model',
    layers,
    inputs: parseEnds(config['input_layers'], 'input_layers'),
    outputs: parseEnds(config['output_layers'], 'output_layers'),
  });
}

/**
 * A model that is used as a layer has been called once before, when it was made; TensorFlow.js counts that call, Keras does
 * not. All calls that are written are read, so that one whose first is never read counts from one.
 */
function countModelCallsFromZero(topology: Topology): Topology {
  const read = [...topology.layers.flatMap(({ calls }) => calls.flat()), ...topology.outputs];
  const readFirst = new Set(read.filter(({ call }) => call === 0).map(({ layer }) => layer));
  const models = topology.layers.filter(({ inner, name }) => inner !== undefined && !readFirst.has(name));
  const fromOne = new Set(models.map(({ name }) => name));
  const shift = (end: LayerOutput) => (fromOne.has(end.layer) ? { ...end, call: end.call - 1 } : end);
  const layers = topology.layers.map((layer) => ({ ...layer, calls: layer.calls.map((call) => call.map(shift)) }));
  return { ...topology, layers, outputs: topology.outputs.map(shift) };
}

/** Keras 2.2 wrote the list of layers itself, later versions an object around it. */
function parseSequential(config: unknown, depth: number): Topology {
  const list = isRecord(config) ? config['layers'] : config;
  if (!Array.isArray(list) || list.length === 0) throw new SourceModelError('the sequential model lists no layers');
  const written = list.map((layer: unknown) => readLayer(layer, depth));
  const first = written[0]!;
  const layers: Layer[] = first.className === 'InputLayer' ? [] : [inputBefore(first)];
  for (const layer of written) {
    const last = layers.at(-1);
    layers.push(last === undefined ? layer : { ...layer, calls: [[{ layer: last.name, call: 0, output: 0 }]] });
  }
  requireDistinct(layers);
  const end = (layer: Layer): LayerOutput => ({ layer: layer.name, call: 0, output: 0 });
  const name = isRecord(config) && typeof config['name'] === 'string' ? config['name'] : 'sequential';
  return { name, layers, inputs: [end(layers[0]!)], outputs: [end(layers.at(-1)!)] };
}

/** The input that a sequential model leaves to its first layer's `batch_input_shape`, or to its first model's input. */
function inputBefore(first: Layer): Layer {
  const name = `${first.name}_input`;
  const [innerInput] = first.inner?.inputs ?? [];
  const inner = first.inner?.layers.find((layer) => layer.name === innerInput?.layer);
  const shape = (inner ?? first).config.shape('batch_input_shape') ?? first.config.shape('batch_shape');
  if (shape === undefined) throw new SourceModelError(`layer '${first.name}' is the first and says no input shape`);
  const members = { batch_input_shape: shape.map((length) => length ?? null) };
  return { name, className: 'InputLayer', config: new LayerConfig(members, `layer '${name}'`), calls: [] };
}

function readLayer(layer: unknown, depth: number): Layer {
  if (!isRecord(layer) || typeof layer['class_name'] !== 'string') {
    throw new SourceModelError('a layer has no class_name');
  }
  const { class_name: className, config } = layer as { class_name: string; config: unknown };
  const members = isRecord(config) ? config : {};
  const name = [layer['name'], members['name']].find((candidate) => typeof candidate === 'string');
  if (typeof name !== 'string') throw new SourceModelError(`a ${className} layer has no name`);
  const where = `layer '${name}' (${className})`;
  const written = { name, className, config: new LayerConfig(members, where), calls: [] };
  const isModel = functional.has(className) || className === 'Sequential';
  return isModel ? { ...written, inner: parseModel(layer, depth + 1) } : written;
}

/** One call: a list of `[layer, call, output, arguments]`. */
function parseCall(node: unknown, name: string): LayerOutput[] {
  if (isRecord(node) && 'args' in node) {
    throw new SourceModelError(`layer '${name}': Keras 3 wrote this model; save it with Keras 2 (tf_keras)`);
  }
  if (!Array.isArray(node)) throw new SourceModelError(`layer '${name}': a call is not a list`);
  return node.map((origin: unknown) => parseOutput(origin, `layer '${name}'`));
}

function parseEnds(ends: unknown, what: string): LayerOutput[] {
  if (!Array.isArray(ends) || ends.length === 0) throw new SourceModelError(`the model has no ${what}`);
  // A single end may stand without a list around it.
  const list: readonly unknown[] = typeof ends[0] === 'string' ? [ends] : ends;
  return list.map((end) => parseOutput(end, what));
}

function parseOutput(origin: unknown, where: string): LayerOutput {
  const parts: readonly unknown[] = Array.isArray(origin) ? origin : [];
  const [layer, call, output] = parts;
  if (typeof layer !== 'string' || !isIndex(call) || !isIndex(output)) {
    const found = JSON.stringify(origin) ?? 'nothing';
    throw new SourceModelError(`${where}: expected [layer, call, output], found ${found.slice(0, 80)}`);
  }
  return { layer, call, output };
}

const isIndex = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

function requireDistinct(layers: readonly Layer[]): void {
  const names = new Set<string>();
  for (const { name } of layers) {
    if (names.has(name)) throw new SourceModelError(`the layer '${name}' occurs twice`);
    names.add(name);
  }
}
