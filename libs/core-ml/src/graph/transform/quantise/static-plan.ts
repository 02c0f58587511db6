import type { Graph, GraphNode, OnnxModel, TensorData } from '../../model.js';
import { weightedLayer, type LayerOptions, type WeightedLayer } from './layers.js';

/** What static quantisation does to a model. */
export interface StaticPlan {
  /** Layers whose weights become integers, by their node. */
  readonly layers: ReadonlyMap<GraphNode, WeightedLayer>;
  /** Values that are rounded where they come about, so that integers go in and out of a layer. */
  readonly produced: ReadonlySet<string>;
  /** Further values that are rounded for the layers that read them. */
  readonly consumed: ReadonlySet<string>;
}

/** Activations that the runtime can take into the layer before them. */
const absorbed = new Set(['Relu', 'Clip']);

/**
 * Small layers and those with one input channel per group, too: the runtime rounds the weights of a layer between
 * rounded values anyway, and with one scale for all channels, which loses much more.
 */
const everyLayer: LayerOptions = { depthwise: true, leastElements: 1 };

/** Layers in inner graphs stay as they are; the model's outputs are not rounded. */
export function planStatic({ graph }: OnnxModel, options: LayerOptions): StaticPlan {
  const layers = new Map<GraphNode, WeightedLayer>();
  const constants: ReadonlyMap<string, TensorData> = graph.initialisers;
  for (const node of graph.nodes) {
    const layer = weightedLayer(node, constants, { ...everyLayer, ...options });
    if (layer !== undefined) layers.set(node, layer);
  }
  const ends = new Set(graph.outputs.map(({ name }) => name));
  const readers = readersOf(graph);
  const produced = new Set<string>();
  for (const { node } of layers.values()) {
    const result = roundedResult(node, readers, ends);
    if (!ends.has(result)) produced.add(result);
  }
  const consumed = new Set([...layers.values()].map(({ data }) => data).filter((name) => !produced.has(name)));
  return { layers, produced, consumed };
}

function readersOf(graph: Graph): ReadonlyMap<string, readonly GraphNode[]> {
  const readers = new Map<string, GraphNode[]>();
  for (const node of graph.nodes)
    for (const name of node.inputs) readers.set(name, [...(readers.get(name) ?? []), node]);
  return readers;
}

function roundedResult(
  node: GraphNode,
  readers: ReadonlyMap<string, readonly GraphNode[]>,
  ends: ReadonlySet<string>,
): string {
  const output = node.outputs[0]!;
  const [reader, ...others] = readers.get(output) ?? [];
  const isAbsorbed = reader !== undefined && others.length === 0 && absorbed.has(reader.op) && !ends.has(output);
  return isAbsorbed ? reader.outputs[0]! : output;
}
