import type { Dimension, ElementType } from '../../graph/model.js';
import { SourceModelError } from '../errors.js';
import { isRecord, NodeAttributes, parseShape } from './attributes.js';

/** One output of a node: TensorFlow writes it `name:index`, and leaves index 0 away. */
export interface TensorReference {
  readonly node: string;
  readonly index: number;
}

export interface TopologyNode {
  readonly name: string;
  readonly operator: string;
  /** Without control inputs, which order side effects that these graphs do not have. */
  readonly inputs: readonly TensorReference[];
  readonly attributes: NodeAttributes;
}

/** An input or output of the network as its signature describes it. */
export interface SignatureEntry {
  /** The name that callers use. */
  readonly name: string;
  readonly tensor: TensorReference;
  readonly elementType?: ElementType | undefined;
  readonly shape?: readonly Dimension[] | undefined;
}

export interface Topology {
  readonly nodes: ReadonlyMap<string, TopologyNode>;
  readonly inputs: readonly SignatureEntry[];
  readonly outputs: readonly SignatureEntry[];
}

/** Whether a model.json holds a TensorFlow graph (not a Keras configuration). */
export function isGraphModel(description: unknown): boolean {
  return (
    isRecord(description) &&
    isRecord(description['modelTopology']) &&
    Array.isArray(description['modelTopology']['node'])
  );
}

/**
 * Reads a TensorFlow.js graph model's description. Inputs and outputs come from its signature; without one, inputs are
 * the placeholders and outputs the nodes that no other reads, as TensorFlow.js has it.
 *
 * @param description the parsed model.json
 * @throws SourceModelError
 */
export function parseTopology(description: unknown): Topology {
  if (!isRecord(description) || !isGraphModel(description))
    throw new SourceModelError('this is no TensorFlow.js graph model');
  const nodes = new Map<string, TopologyNode>();
  for (const written of (description['modelTopology'] as { node: unknown[] }).node) {
    const node = parseNode(written);
    if (nodes.has(node.name)) throw new SourceModelError(`two nodes are called '${node.name}'`);
    nodes.set(node.name, node);
  }
  for (const node of nodes.values()) {
    for (const { node: source } of node.inputs) {
      if (!nodes.has(source)) throw new SourceModelError(`node '${node.name}' reads '${source}', which does not exist`);
    }
  }
  const signature = signatureOf(description);
  const inputs = parseEntries(signature?.['inputs'], nodes) ?? placeholders(nodes);
  const outputs = parseEntries(signature?.['outputs'], nodes) ?? sinks(nodes);
  if (outputs.length === 0) throw new SourceModelError('the network has no output');
  return { nodes, inputs, outputs };
}

/** `name`, `name:1`; a caret marks a control input. */
export function parseReference(text: string): TensorReference {
  const match = /^\^?(.*?)(?::(\d+))?$/.exec(text);
  return { node: match?.[1] ?? text, index: Number(match?.[2] ?? 0) };
}

function parseNode(written: unknown): TopologyNode {
  const { name, op, input = [], attr = {} } = isRecord(written) ? written : {};
  if (typeof name !== 'string' || typeof op !== 'string') {
    throw new SourceModelError('a node has no name or no operator');
  }
  if (
    !Array.isArray(input) ||
    !input.every((reference): reference is string => typeof reference === 'string') ||
    !isRecord(attr)
  ) {
    throw new SourceModelError(`node '${name}' is malformed`);
  }
  const data = input.filter((reference) => !reference.startsWith('^'));
  return { name, operator: op, inputs: data.map(parseReference), attributes: new NodeAttributes(name, attr) };
}

function signatureOf(description: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
  const user = description['userDefinedMetadata'];
  const signature = (isRecord(user) ? user['signature'] : undefined) ?? description['signature'];
  return isRecord(signature) ? signature : undefined;
}

function parseEntries(entries: unknown, nodes: ReadonlyMap<string, TopologyNode>): SignatureEntry[] | undefined {
  if (!isRecord(entries) || Object.keys(entries).length === 0) return undefined;
  return Object.entries(entries).map(([key, entry]) => {
    const where = `signature, '${key}'`;
    if (!isRecord(entry)) throw new SourceModelError(`${where}: not an object`);
    const tensor = parseReference(typeof entry['name'] === 'string' ? entry['name'] : key);
    if (!nodes.has(tensor.node)) throw new SourceModelError(`${where}: there is no node '${tensor.node}'`);
    return {
      name: key.replace(/:0$/, ''),
      tensor,
      elementType: new NodeAttributes(where, { dtype: { type: entry['dtype'] } }).elementType('dtype'),
      shape: parseShape(entry['tensorShape'], (problem) => new SourceModelError(`${where}: ${problem}`)),
    };
  });
}

const isPlaceholder = ({ operator }: TopologyNode): boolean => operator.startsWith('Placeholder');

function placeholders(nodes: ReadonlyMap<string, TopologyNode>): SignatureEntry[] {
  return [...nodes.values()].filter(isPlaceholder).map(({ name }) => ({ name, tensor: { node: name, index: 0 } }));
}

function sinks(nodes: ReadonlyMap<string, TopologyNode>): SignatureEntry[] {
  const read = new Set([...nodes.values()].flatMap(({ inputs }) => inputs.map(({ node }) => node)));
  return [...nodes.values()]
    .filter(({ name, operator }) => !read.has(name) && operator !== 'Const' && operator !== 'NoOp')
    .map(({ name }) => ({ name, tensor: { node: name, index: 0 } }));
}

/**
 * The nodes that the given tensors depend on, each after those that it reads. Only TensorFlow's loops go round: there the
 * node that begins a turn comes before the one that ended the last.
 *
 * @throws SourceModelError where other nodes depend on themselves
 */
export function inOrder(topology: Topology, wanted: readonly TensorReference[]): TopologyNode[] {
  const ordered: TopologyNode[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const starts = wanted.map(({ node }) => node);
  for (const start of starts) visit(topology, start, state, ordered, starts);
  return ordered;
}

/** Depth first with an explicit stack: real networks are deep enough to exhaust the call stack. */
function visit(
  topology: Topology,
  start: string,
  state: Map<string, 'open' | 'done'>,
  ordered: TopologyNode[],
  later: string[],
): void {
  const stack = state.has(start) ? [] : [{ name: start, next: 0 }];
  while (stack.length > 0) {
    const top = stack[stack.length - 1]!;
    const node = topology.nodes.get(top.name);
    if (node === undefined) throw new SourceModelError(`there is no node '${top.name}'`);
    state.set(node.name, 'open');
    const source = node.inputs[top.next++]?.node;
    if (source === undefined) {
      state.set(node.name, 'done');
      ordered.push(node);
      stack.pop();
    } else if (isBackEdge(topology, node, source)) {
      later.push(source);
    } else if (state.get(source) === 'open') {
      throw new SourceModelError(`the node '${source}' depends on itself`);
    } else if (state.get(source) === undefined) {
      stack.push({ name: source, next: 0 });
    }
  }
}

/** TensorFlow's loops are not compiled, but an error about them should be able to name all that they consist of. */
function isBackEdge(topology: Topology, { operator }: TopologyNode, source: string): boolean {
  return operator === 'Merge' && topology.nodes.get(source)?.operator === 'NextIteration';
}
