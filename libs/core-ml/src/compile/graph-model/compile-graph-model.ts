import type { Dimension, ElementType, TensorData } from '../../graph/model.js';
import { ShapeError } from '../../graph/operators/shape-error.js';
import { isConstant, type NhwcEmitter, type Operand } from '../emit/index.js';
import { SourceModelError, UnsupportedNetworkError, UnsupportedUseError, type UnsupportedUse } from '../errors.js';
import { ConverterCall } from './converter.js';
import { converters } from './operators/index.js';
import { inOrder, parseTopology, type Topology, type TopologyNode } from './topology.js';

/**
 * Emits a TensorFlow.js graph model: its inputs, the nodes that its outputs depend on, and its outputs, under the names
 * of its signature. Every tensor is marked under its TensorFlow name (`node` or `node:1`).
 *
 * @param description the parsed model.json
 * @param weights     constants by the name of their node
 * @throws SourceModelError where the model contradicts itself
 * @throws UnsupportedNetworkError naming every operator and use that cannot be expressed
 */
export function compileGraphModel(
  description: unknown,
  weights: ReadonlyMap<string, TensorData>,
  emitter: NhwcEmitter,
): void {
  const topology = parseTopology(description);
  const nodes = inOrder(
    topology,
    topology.outputs.map(({ tensor }) => tensor),
  );
  const tensors = new GraphTensors(weights, emitter, declareInputs(topology, nodes, emitter));
  for (const node of nodes) tensors.convert(node);
  emitter.scope = '';
  if (tensors.unsupported.length > 0) throw new UnsupportedNetworkError(tensors.unsupported);
  for (const { name, tensor } of topology.outputs) emitter.output(name, tensors.operand(tensor.node, tensor.index));
}

/** Counts of TensorFlow operators that the outputs depend on, without constants. */
export function graphModelOperators(description: unknown): Map<string, number> {
  const topology = parseTopology(description);
  const counts = new Map<string, number>();
  for (const { operator } of inOrder(
    topology,
    topology.outputs.map(({ tensor }) => tensor),
  )) {
    if (operator !== 'Const') counts.set(operator, (counts.get(operator) ?? 0) + 1);
  }
  return counts;
}

/** Declares what the signature lists, in its order; then placeholders that it forgot. */
function declareInputs(
  topology: Topology,
  nodes: readonly TopologyNode[],
  emitter: NhwcEmitter,
): ReadonlyMap<string, Operand> {
  const inputs = new Map<string, Operand>();
  const declare = (name: string, node: TopologyNode, type: ElementType | undefined, shape: Shape): void => {
    if (inputs.has(node.name)) return;
    const elementType = node.attributes.elementType('dtype') ?? type ?? 'float32';
    inputs.set(node.name, emitter.input(name, elementType, withSymbols(node.attributes.shape('shape') ?? shape)));
  };
  for (const { name, tensor, elementType, shape } of topology.inputs) {
    const node = topology.nodes.get(tensor.node);
    if (node?.operator === 'Placeholder') declare(name, node, elementType, shape);
  }
  for (const node of nodes) if (node.operator === 'Placeholder') declare(node.name, node, undefined, undefined);
  return inputs;
}

type Shape = readonly Dimension[] | undefined;

/** An unknown first length is the batch's; others stay unnamed, as nothing says which of them are equal. */
function withSymbols(shape: Shape): Shape {
  return shape?.map((length, axis) => (length === undefined && axis === 0 ? 'batch' : length));
}

/** The tensors of a graph while its nodes are converted one after another. */
class GraphTensors {
  private readonly outputs = new Map<string, readonly Operand[]>();
  private readonly uses = new Map<string, UnsupportedUse>();

  constructor(
    private readonly weights: ReadonlyMap<string, TensorData>,
    private readonly emitter: NhwcEmitter,
    private readonly inputs: ReadonlyMap<string, Operand>,
  ) {}

  get unsupported(): readonly UnsupportedUse[] {
    return [...this.uses.values()];
  }

  operand(node: string, index: number): Operand {
    const operand = this.outputs.get(node)?.[index];
    if (operand === undefined) throw new SourceModelError(`the node '${node}' has no output ${index}`);
    return operand;
  }

  /** Emits a node, or notes why it cannot be; nodes behind such a one are only checked for being known. */
  convert(node: TopologyNode): void {
    const inputs = node.inputs.map(({ node: source, index }) =>
      this.outputs.has(source) ? this.operand(source, index) : undefined,
    );
    try {
      const outputs = this.outputsOf(node, inputs);
      if (outputs === undefined) return;
      this.outputs.set(node.name, outputs);
      for (const [index, output] of outputs.entries()) {
        if (!isConstant(output)) this.emitter.mark(index === 0 ? node.name : `${node.name}:${index}`, output);
      }
    } catch (error) {
      if (!(error instanceof UnsupportedUseError || error instanceof ShapeError)) throw error;
      this.note(node, error.message);
    }
  }

  private outputsOf(node: TopologyNode, inputs: readonly (Operand | undefined)[]): readonly Operand[] | undefined {
    if (node.operator === 'Const') return [this.constant(node)];
    const input = this.inputs.get(node.name);
    if (input !== undefined) return [input];
    const [fallback] = inputs;
    if (node.operator === 'PlaceholderWithDefault' && fallback !== undefined) return [fallback];
    const converter = converters.get(node.operator);
    if (converter === undefined) {
      this.note(node);
      return undefined;
    }
    if (!inputs.every((operand) => operand !== undefined)) return undefined;
    this.emitter.scope = node.name;
    const result = converter(new ConverterCall(this.emitter, node, inputs));
    return Array.isArray(result) ? (result as readonly Operand[]) : [result as Operand];
  }

  private constant(node: TopologyNode): TensorData {
    const data = this.weights.get(node.name);
    if (data === undefined) throw new SourceModelError(`there is no weight for the constant '${node.name}'`);
    this.emitter.nameConstant(data, node.name);
    return data;
  }

  private note({ name, operator }: TopologyNode, reason?: string): void {
    const key = `${operator} ${reason ?? ''}`;
    const { uses = 0, node = name } = this.uses.get(key) ?? {};
    this.uses.set(key, { operator, uses: uses + 1, node, ...(reason === undefined ? {} : { reason }) });
  }
}
