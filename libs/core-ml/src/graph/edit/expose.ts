import { checkModel } from '../check.js';
import { innerGraphs, nodeTitle, ownNames, withInnerGraphs } from '../inner-graphs.js';
import type { ElementType, Graph, GraphNode, NamedType, OnnxModel, TensorType } from '../model.js';
import { GraphEditError } from './graph-edit-error.js';
import { allNames, freshName, typeIn } from './names.js';

/** An inner value that is to become an output. */
export interface Exposure {
  /** Name of the new output. */
  readonly name: string;
  /**
   * Which value it is: by its own name, or as an output of the node of that name. Both branches of an If have nodes of
   * one name where they do the same work, while the names of values differ.
   */
  readonly from: { readonly value: string } | { readonly node: string; readonly output?: number };
  /** Where the model does not know it. */
  readonly elementType?: ElementType;
}

/**
 * Makes inner values into outputs of the model, so that a caller can see what it computes on its way. A value inside an
 * If is handed out through the If and must be there in both branches; bodies of Loop and Scan hand out nothing.
 * @throws GraphEditError where a value is not found, found in one branch only, or inside a Loop or Scan
 */
export function expose(model: OnnxModel, exposures: readonly Exposure[]): OnnxModel {
  const taken = allNames(model.graph);
  let { graph } = model;
  for (const exposure of exposures) {
    if (graph.outputs.some(({ name }) => name === exposure.name)) {
      throw new GraphEditError(`There is an output '${exposure.name}' already.`);
    }
    const found = handedOut(graph, exposure, taken);
    if (found === undefined) throw new GraphEditError(`The model has ${wishText(exposure)} nowhere.`);
    graph = withOutput(found.graph, found.value, exposure.name, found.type, taken);
  }
  return checkModel({ ...model, graph });
}

interface Found {
  /** The graph, changed where the value had to be brought into it. */
  readonly graph: Graph;
  /** The value's name in it. */
  readonly value: string;
  readonly type: TensorType;
}

/** Finds a value in a graph or brings it there out of its inner graphs; undefined where it is in none. */
function handedOut(graph: Graph, exposure: Exposure, taken: Set<string>): Found | undefined {
  const value = valueIn(graph, exposure);
  if (value !== undefined) return { graph, value, type: exposedType(graph, value, exposure) };
  for (const [index, node] of graph.nodes.entries()) {
    const inner = innerGraphs(node).map((each) => handedOut(each, exposure, taken));
    if (!inner.some((found) => found !== undefined)) continue;
    const [first, second] = inner;
    if (node.op !== 'If' || node.domain !== '') {
      throw new GraphEditError(`${wishText(exposure)} is inside ${nodeTitle(node)}, which cannot hand it out.`);
    }
    if (first === undefined || second === undefined) {
      throw new GraphEditError(`${wishText(exposure)} is in one branch only of ${nodeTitle(node)}.`);
    }
    const type = commonType(first.type, second.type);
    const name = freshName(taken, `${exposure.name}_out`);
    const nodes = graph.nodes.with(index, ifWithOutput(node, name, [first, second], taken));
    return { graph: { ...graph, nodes, values: withType(graph.values, name, type) }, value: name, type };
  }
  return undefined;
}

function valueIn(graph: Graph, { from }: Exposure): string | undefined {
  if ('value' in from) return ownNames(graph).has(from.value) ? from.value : undefined;
  const nodes = graph.nodes.filter((node) => node.name === from.node);
  if (nodes.length > 1) throw new GraphEditError(`There are ${nodes.length} nodes '${from.node}' in one graph.`);
  const [node] = nodes;
  if (node === undefined) return undefined;
  const value = node.outputs[from.output ?? 0] ?? '';
  if (value !== '') return value;
  throw new GraphEditError(`Node ${nodeTitle(node)} has no output ${from.output ?? 0}.`);
}

function exposedType(graph: Graph, value: string, { elementType }: Exposure): TensorType {
  const known = typeIn(graph, value);
  return { elementType: elementType ?? known?.elementType ?? 'undefined', shape: known?.shape };
}

/** The If with an output more, which each branch gives. */
function ifWithOutput(node: GraphNode, name: string, branches: readonly Found[], taken: Set<string>): GraphNode {
  let index = 0;
  const inner = withInnerGraphs(node, (graph, attribute) => {
    const found = branches[index];
    index += 1;
    if (found === undefined) return graph;
    return withOutput(found.graph, found.value, freshName(taken, `${name}_${attribute}`), found.type, taken, true);
  });
  return { ...inner, outputs: [...node.outputs, name] };
}

/** The graph with an output that an Identity gives: the value itself may be an output or an initialiser already. */
function withOutput(
  graph: Graph,
  value: string,
  name: string,
  type: TensorType,
  taken: Set<string>,
  isNameTaken = false,
): Graph {
  const output: NamedType = { name, ...type };
  if (value === name) return { ...graph, outputs: [...graph.outputs, output] };
  if (!isNameTaken && taken.has(name)) throw new GraphEditError(`There is a value '${name}' already.`);
  taken.add(name);
  const identity = { name: `${name}/Identity`, op: 'Identity', domain: '', inputs: [value], outputs: [name] };
  return {
    ...graph,
    nodes: [...graph.nodes, { ...identity, attributes: new Map() }],
    outputs: [...graph.outputs, output],
  };
}

function commonType(first: TensorType, second: TensorType): TensorType {
  const elementType = first.elementType === 'undefined' ? second.elementType : first.elementType;
  const shape =
    first.shape?.length === second.shape?.length
      ? first.shape?.map((length, axis) => (second.shape?.[axis] === length ? length : undefined))
      : undefined;
  return { elementType, shape };
}

function withType(values: Graph['values'], name: string, type: TensorType): Graph['values'] {
  return type.elementType === 'undefined' ? values : new Map([...values, [name, type]]);
}

function wishText({ from }: Exposure): string {
  return 'value' in from ? `value '${from.value}'` : `node '${from.node}'`;
}
