import type * as tfCore from '@tensorflow/tfjs-core';
import type * as tfLayers from '@tensorflow/tfjs-layers';
import type { GraphModel } from '@tensorflow/tfjs-converter';
import type { NetworkBytes } from '../sources/read-network.js';
import type { Reference } from './reference.js';
import type { Sample, Samples } from './tensor-sample.js';
import { fromTensor, toTensor, type TensorFlow } from './tensorflow.js';

type Tensors = Record<string, tfCore.Tensor>;

/** A TensorFlow.js graph model, run by its own executor. */
export async function openGraphModel(tensorFlow: TensorFlow, network: NetworkBytes): Promise<Reference> {
  const model = await tensorFlow.converter.loadGraphModel(handlerOf(network));
  // Outputs of one network are told apart by name; `execute` gives them in the order that it is asked for.
  return {
    name: describe(tensorFlow),
    run: (inputs) => withTensors(tensorFlow, inputs, (tensors) => execute(model, tensors, outputNames(model))),
    inner: async (inputs, names) => {
      const known = names.filter((name) => hasNode(model, name));
      const samples = await withTensors(tensorFlow, inputs, (tensors) => execute(model, tensors, known));
      return new Map(known.map((name, index) => [name, samples[index]!]));
    },
    close: () => model.dispose(),
  };
}

/** A TensorFlow.js layers model (Keras). */
export async function openLayersModel(tensorFlow: TensorFlow, network: NetworkBytes): Promise<Reference> {
  const model = await tensorFlow.layers.loadLayersModel(handlerOf(network));
  const predict = (tensors: Tensors, of: tfLayers.LayersModel) =>
    [of.predict(of.inputNames.map((name) => tensors[name]!))].flat();
  return {
    name: describe(tensorFlow),
    run: (inputs) => withTensors(tensorFlow, inputs, (tensors) => predict(tensors, model)),
    inner: async (inputs, names) => {
      const layers = model.layers.filter((layer) => names.includes(layer.name) && !Array.isArray(layer.output));
      const outputs = layers.map(({ output }) => output as tfLayers.SymbolicTensor);
      const whole = tensorFlow.layers.model({ inputs: model.inputs, outputs });
      const samples = await withTensors(tensorFlow, inputs, (tensors) => predict(tensors, whole));
      return new Map(layers.map(({ name }, index) => [name, samples[index]!]));
    },
    close: () => model.dispose(),
  };
}

export const describe = ({ core, backend }: TensorFlow): string =>
  `TensorFlow.js ${core.version_core}, ${backend === 'wasm' ? 'WebAssembly backend, one thread' : `${backend} backend`}`;

/** Runs with tensors made of the samples, all of which are freed afterwards. */
export async function withTensors(
  tensorFlow: TensorFlow,
  inputs: Samples,
  run: (tensors: Tensors) => readonly tfCore.Tensor[] | Promise<readonly tfCore.Tensor[]>,
): Promise<Sample[]> {
  const { core } = tensorFlow;
  core.engine().startScope();
  try {
    const tensors = Object.fromEntries([...inputs].map(([name, sample]) => [name, toTensor(tensorFlow, sample)]));
    const outputs = await run(tensors);
    return await Promise.all(outputs.map(fromTensor));
  } finally {
    core.engine().endScope();
  }
}

async function execute(model: GraphModel, tensors: Tensors, names: readonly string[]): Promise<tfCore.Tensor[]> {
  const given = Object.values(tensors);
  const fed = model.inputs.map(({ name }, index) => [name, tensorFor(name, tensors) ?? given[index]!] as const);
  return [await executeEither(model, Object.fromEntries(fed), [...names])].flat();
}

/** Graphs whose shapes depend on values run asynchronously only, and TensorFlow.js warns of others that do. */
async function executeEither(model: GraphModel, tensors: Tensors, names: string[]): Promise<tfCore.Tensor | tfCore.Tensor[]> {
  try {
    return model.execute(tensors, names);
  } catch {
    return model.executeAsync(tensors, names);
  }
}

/** TensorFlow.js calls an input `input:0` or `input`; compiled models may say either. */
const tensorFor = (name: string, tensors: Tensors): tfCore.Tensor | undefined =>
  tensors[name] ?? tensors[name.replace(/:0$/, '')] ?? tensors[`${name}:0`];

const outputNames = (model: GraphModel): string[] => model.outputs.map(({ name }) => name);

function hasNode(model: GraphModel, name: string): boolean {
  // The executor's graph is the only list of nodes there is; its type is private.
  const { executor } = model as unknown as { executor: { graph: { nodes: Record<string, unknown> } } };
  return Object.hasOwn(executor.graph.nodes, name);
}

function handlerOf({ description, groups, shards }: NetworkBytes): tfCore.io.IOHandler {
  const model = description.kind === 'tensorflow' ? description.model : {};
  const parts = groups.flatMap(({ paths }) => paths.map((path) => shards.get(path)!));
  const artifacts: tfCore.io.ModelArtifacts = {
    ...model,
    weightSpecs: groups.flatMap(({ weights }) => weights) as tfCore.io.WeightsManifestEntry[],
    weightData: Uint8Array.from(Buffer.concat(parts)).buffer,
  };
  return { load: async () => artifacts };
}
