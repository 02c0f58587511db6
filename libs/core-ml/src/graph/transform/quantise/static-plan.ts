import { readsOf } from '../../inner-graphs.js';
import type { Graph, GraphNode, OnnxModel } from '../../model.js';
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

/** Operators that lose nothing more when they are given rounded values. */
const unharmed = new Set([
  'Add',
  'MaxPool',
  'AveragePool',
  'GlobalAveragePool',
  'Concat',
  'Reshape',
  'Flatten',
  'Transpose',
  'Squeeze',
  'Unsqueeze',
  'Slice',
  'Split',
  'Pad',
  'Resize',
]);

/** Layers in inner graphs stay as they are; the model's outputs are not rounded. */
export function planStatic({ graph }: OnnxModel, options: LayerOptions): StaticPlan {
  const layers = new Map<GraphNode, WeightedLayer>();
  for (const node of graph.nodes) {
    const layer = weightedLayer(node, graph.initialisers, options);
    if (layer !== undefined) layers.set(node, layer);
  }
  const produced = new Set<string>();
  const results = new Results(graph, layers);
  for (const node of layers.keys()) {
    const result = results.roundedResult(node);
    if (result !== undefined) produced.add(result);
  }
  const consumed = new Set([...layers.values()].map(({ data }) => data).filter((name) => !produced.has(name)));
  return { layers, produced, consumed };
}

/** Knows which value after a layer may be rounded. */
class Results {
  private readonly readers = new Map<string, GraphNode[]>();
  private readonly ends: ReadonlySet<string>;

  constructor(
    private readonly graph: Graph,
    private readonly layers: ReadonlyMap<GraphNode, WeightedLayer>,
  ) {
    this.ends = new Set(graph.outputs.map(({ name }) => name));
    for (const node of graph.nodes) {
      for (const name of readsOf(node)) {
        const known = this.readers.get(name);
        if (known === undefined) this.readers.set(name, [node]);
        else known.push(node);
      }
    }
  }

  /**
   * The result of the activation behind the layer, or its own. A value before another kind of activation stays as it is:
   * its range is wide and the activation needs little of it. So does one that a layer reads that is not quantised: the
   * runtime would round the weights of a layer between rounded values, with one scale for all channels.
   */
  roundedResult(node: GraphNode): string | undefined {
    const output = node.outputs[0]!;
    const [first, ...others] = this.readers.get(output) ?? [];
    const isAbsorbed = first !== undefined && others.length === 0 && absorbed.has(first.op);
    const result = isAbsorbed && !this.ends.has(output) ? first.outputs[0]! : output;
    const readers = this.readers.get(result) ?? [];
    const isHarmless = readers.length > 0 && readers.every((reader) => this.isUnharmed(reader));
    return isHarmless && !this.ends.has(result) ? result : undefined;
  }

  /** A constant that is added is a step of a composed activation. */
  private isUnharmed(node: GraphNode): boolean {
    if (this.layers.has(node)) return true;
    if (node.domain !== '' || !unharmed.has(node.op)) return false;
    return node.op !== 'Add' || !node.inputs.some((name) => this.graph.initialisers.has(name));
  }
}
