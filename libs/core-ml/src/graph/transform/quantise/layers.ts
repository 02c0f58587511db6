import type { GraphNode, TensorData } from '../../model.js';
import { numbersOf } from '../../tensor/read.js';

/** A node that multiplies a value by constant weights: a convolution or a matrix product. */
export interface WeightedLayer {
  readonly node: GraphNode;
  readonly op: QuantisedOperator;
  /** Name of the value that is multiplied. */
  readonly data: string;
  /** Name of the weights. */
  readonly name: string;
  readonly weights: TensorData;
  /** The axis of the weights that counts output channels. */
  readonly axis: number;
  /** One entry per output channel, added at the end. */
  readonly bias: Float32Array | undefined;
}

export type QuantisedOperator = 'Conv' | 'MatMul' | 'Gemm';

/** What decides which nodes are quantised. */
export interface LayerOptions {
  /** @default all three */
  readonly operators?: readonly QuantisedOperator[];
  /**
   * Also convolutions with one input channel per group. They lose much by rounding and save little space; in static
   * quantisation they let whole networks run on integers.
   * @default false
   */
  readonly depthwise?: boolean;
  /** Weights with fewer elements stay as they are. @default 4096 */
  readonly leastElements?: number;
  /** Nodes to leave as they are, for instance the last layers of a detector. */
  readonly skip?: (node: GraphNode) => boolean;
}

const everyOperator: readonly QuantisedOperator[] = ['Conv', 'MatMul', 'Gemm'];

/** @returns undefined when the node is of another kind, or its weights are not constant 32-bit numbers */
export function weightedLayer(
  node: GraphNode,
  constants: ReadonlyMap<string, TensorData>,
  { operators = everyOperator, depthwise = false, leastElements = 4096, skip }: LayerOptions,
): WeightedLayer | undefined {
  const op = operators.find((one) => one === node.op);
  const [data = '', name = ''] = node.inputs;
  const weights = constants.get(name);
  if (op === undefined || node.domain !== '' || weights?.elementType !== 'float32' || constants.has(data))
    return undefined;
  if (weights.dims.reduce((product, length) => product * length, 1) < leastElements) return undefined;
  if ((op !== 'Conv' && weights.dims.length !== 2) || skip?.(node) === true) return undefined;
  if (op === 'Gemm' && !isPlainGemm(node)) return undefined;
  if (op === 'Conv' && weights.dims[1] === 1 && !depthwise) return undefined;
  const axis = op === 'Conv' || isSet(node, 'transB') ? 0 : 1;
  const bias = biasOf(node, constants, weights.dims[axis]!);
  return bias === 'unknown' ? undefined : { node, op, data, name, weights, axis, bias };
}

function biasOf(
  node: GraphNode,
  constants: ReadonlyMap<string, TensorData>,
  channels: number,
): Float32Array | undefined | 'unknown' {
  const name = node.inputs[2] ?? '';
  if (name === '') return undefined;
  const data = constants.get(name);
  const numbers = data === undefined ? undefined : numbersOf(data);
  return numbers?.length === channels ? Float32Array.from(numbers) : 'unknown';
}

export function isSet(node: GraphNode, name: string): boolean {
  const attribute = node.attributes.get(name);
  return attribute?.kind === 'int' && attribute.value !== 0n;
}

/** Without its factors, and with the data as it lies. */
function isPlainGemm(node: GraphNode): boolean {
  const isOne = (name: string): boolean => {
    const attribute = node.attributes.get(name);
    return attribute === undefined || (attribute.kind === 'float' && attribute.value === 1);
  };
  return isOne('alpha') && isOne('beta') && !isSet(node, 'transA');
}
