import { allNames, freshName } from '../edit/names.js';
import { removeUnused } from '../edit/index.js';
import type { Graph, GraphNode, OnnxModel, TensorData } from '../model.js';
import { tensor } from '../tensor/create.js';
import { numbersOf } from '../tensor/read.js';
import { inEveryGraph } from './every-graph.js';
import { affineOf, type Affine } from './affine.js';
import { readCounts } from './reads.js';

/**
 * Moves what scales and shifts the channels of a convolution (BatchNormalization, or Add, Sub, Mul and Div with
 * constants) into its weights and bias, where nothing else reads the result in between. Also for Gemm. Computed in
 * double precision, rounded once.
 */
export function foldBatchNorm(model: OnnxModel): OnnxModel {
  const taken = allNames(model.graph);
  return removeUnused(inEveryGraph(model, (graph) => new Folding(graph, taken).run()));
}

class Folding {
  private readonly initialisers: Map<string, TensorData>;
  private readonly reads: ReadonlyMap<string, number>;
  private readonly nodes = new Map<string, GraphNode>();

  constructor(
    private readonly graph: Graph,
    private readonly taken: Set<string>,
  ) {
    this.initialisers = new Map(graph.initialisers);
    this.reads = readCounts(graph);
  }

  run(): Graph {
    const kept = new Set<GraphNode>();
    for (const node of this.graph.nodes) {
      const merged = this.merge(node);
      if (merged !== undefined) kept.delete(merged.before);
      const next = merged?.after ?? node;
      kept.add(next);
      this.nodes.set(next.outputs[0] ?? '', next);
    }
    return { ...this.graph, nodes: [...kept], initialisers: this.initialisers };
  }

  /** The convolution with the node inside, when the two can become one. */
  private merge(node: GraphNode): { before: GraphNode; after: GraphNode } | undefined {
    if (node.domain !== '') return undefined;
    for (const [index, name] of node.inputs.entries()) {
      const before = this.nodes.get(name);
      if (before === undefined || this.reads.get(name) !== 1) continue;
      const weights = this.weightsOf(before);
      if (weights === undefined) continue;
      const affine = affineOf(node, index, weights.channels, weights.rank, this.initialisers);
      const after = affine === undefined ? undefined : this.absorb(before, weights, affine, node.outputs[0]!);
      if (after !== undefined) return { before, after };
    }
    return undefined;
  }

  private weightsOf(node: GraphNode): Weights | undefined {
    const data = this.initialisers.get(node.inputs[1] ?? '');
    const numbers = data === undefined ? undefined : numbersOf(data);
    if (data === undefined || numbers === undefined || node.domain !== '' || !data.elementType.startsWith('float'))
      return undefined;
    const int = (name: string, fallback: bigint): bigint => {
      const attribute = node.attributes.get(name);
      return attribute?.kind === 'int' ? attribute.value : fallback;
    };
    if (node.op === 'Conv')
      return { data, numbers, channels: data.dims[0]!, rank: data.dims.length, channelOf: outermost(data) };
    if (node.op === 'ConvTranspose' && int('group', 1n) === 1n) {
      return { data, numbers, channels: data.dims[1]!, rank: data.dims.length, channelOf: secondAxis(data) };
    }
    const one = (name: string): boolean => {
      const attribute = node.attributes.get(name);
      return attribute === undefined || (attribute.kind === 'float' && attribute.value === 1);
    };
    if (node.op !== 'Gemm' || !one('alpha') || !one('beta')) return undefined;
    const isTransposed = int('transB', 0n) !== 0n;
    const channels = data.dims[isTransposed ? 0 : 1]!;
    return {
      data,
      numbers,
      channels,
      rank: 2,
      channelOf: isTransposed ? outermost(data) : (index) => index % channels,
    };
  }

  private absorb(node: GraphNode, weights: Weights, { factor, offset }: Affine, output: string): GraphNode | undefined {
    const { data, numbers, channels, channelOf } = weights;
    const biasName = node.inputs[2] ?? '';
    const biasData = this.initialisers.get(biasName);
    if (!factor.every(Number.isFinite)) return undefined;
    const old = biasData === undefined ? undefined : numbersOf(biasData);
    if (biasName !== '' && (old === undefined || old.length !== channels)) return undefined;
    const bias = Float64Array.from({ length: channels }, (_, c) => (old?.[c] ?? 0) * factor[c]! + offset[c]!);
    const inputs = [...node.inputs.slice(0, 2), this.add(`${output}_bias`, tensor(data.elementType, [channels], bias))];
    if (factor.some((value) => value !== 1)) {
      // A plain loop: `from` with a callback takes seconds for the weights of an Inception.
      const scaled = new (data.elementType === 'float32' ? Float32Array : Float64Array)(numbers.length);
      for (let i = 0; i < scaled.length; i++) scaled[i] = numbers[i]! * factor[channelOf(i)]!;
      inputs[1] = this.add(`${output}_weights`, tensor(data.elementType, data.dims, scaled));
    }
    return { ...node, inputs, outputs: [output] };
  }

  private add(wish: string, data: TensorData): string {
    const name = freshName(this.taken, wish);
    this.initialisers.set(name, data);
    return name;
  }
}

interface Weights {
  readonly data: TensorData;
  readonly numbers: ArrayLike<number>;
  /** Channels of the result. */
  readonly channels: number;
  /** Dimensions of the result. */
  readonly rank: number;
  /** Which channel of the result an element of the weights belongs to. */
  readonly channelOf: (index: number) => number;
}

function outermost({ dims }: TensorData): (index: number) => number {
  const size = dims.slice(1).reduce((product, length) => product * length, 1);
  return (index) => Math.floor(index / size);
}

function secondAxis({ dims }: TensorData): (index: number) => number {
  const size = dims.slice(2).reduce((product, length) => product * length, 1);
  return (index) => Math.floor(index / size) % dims[1]!;
}
