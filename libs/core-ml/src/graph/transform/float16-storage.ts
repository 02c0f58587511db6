import { allNames, freshName } from '../edit/names.js';
import { elementCount } from '../element-size.js';
import { elementTypes, type Graph, type GraphNode, type OnnxModel, type TensorData } from '../model.js';
import { float16 } from '../tensor/create.js';
import { numbersOf } from '../tensor/read.js';
import { inEveryGraph } from './every-graph.js';

export interface Float16StorageOptions {
  /** Constants with fewer elements stay as they are. @default 256 */
  readonly leastElements?: number;
}

/** The largest finite number of half precision. */
const largestHalf = 65_504;

/**
 * Stores 32-bit weights in half precision, with a Cast that the runtime carries out once, when it loads the model: half
 * the file, the same speed. Weights keep 11 significant bits (a relative error of at most 2^-11, and an absolute one of
 * 2^-25 below 2^-14); constants with elements beyond 65,504 stay as they are.
 */
export function toFloat16Storage(model: OnnxModel, { leastElements = 256 }: Float16StorageOptions = {}): OnnxModel {
  const taken = allNames(model.graph);
  return inEveryGraph(model, (graph) => {
    const initialisers = new Map<string, TensorData>();
    const casts: GraphNode[] = [];
    for (const [name, data] of graph.initialisers) {
      const half = halved(data, leastElements);
      if (half === undefined) {
        initialisers.set(name, data);
        continue;
      }
      const stored = freshName(taken, `${name}_half`);
      initialisers.set(stored, half);
      casts.push(castToFloat(stored, name));
    }
    return casts.length === 0 ? graph : withNodesFirst(graph, initialisers, casts);
  });
}

function halved(data: TensorData, leastElements: number): TensorData | undefined {
  if (data.elementType !== 'float32' || elementCount(data.dims) < leastElements) return undefined;
  const numbers = numbersOf(data);
  // Infinity has a half-precision form of its own; it is in masks.
  const fits = (value: number): boolean => Math.abs(value) <= largestHalf || !Number.isFinite(value);
  return numbers?.every(fits) === true ? float16(data.dims, numbers) : undefined;
}

function castToFloat(input: string, output: string): GraphNode {
  const to = { kind: 'int', value: BigInt(elementTypes.float32) } as const;
  return {
    name: `${output}_widened`,
    op: 'Cast',
    domain: '',
    inputs: [input],
    outputs: [output],
    attributes: new Map([['to', to]]),
  };
}

function withNodesFirst(
  graph: Graph,
  initialisers: ReadonlyMap<string, TensorData>,
  first: readonly GraphNode[],
): Graph {
  return { ...graph, initialisers, nodes: [...first, ...graph.nodes] };
}
