import type { EvaluationLimit } from '../evaluate/evaluate.js';
import { byteLengthOf } from '../element-size.js';
import { removeUnused } from '../edit/index.js';
import { knownValues, type Facts } from '../infer-shapes.js';
import { innerGraphs, withInnerGraphs } from '../inner-graphs.js';
import type { Graph, GraphNode, OnnxModel, TensorData } from '../model.js';
import { numbersOf } from '../tensor/read.js';

export interface ConstantFoldOptions {
  /**
   * Bytes of new constants at most, so that a small model cannot ask for a large one.
   * @default twice the bytes of the model's constants, and 16 MiB
   */
  readonly maxBytes?: number;
}

/** A constant may always be as large as this. */
const alwaysAllowedBytes = 65_536;

/**
 * Replaces nodes whose results do not depend on the inputs by constants (arithmetic on shapes, arrangements of weights),
 * and an If whose condition does not by the branch that runs.
 * Element-wise results are rounded once from double precision. A large result is only computed where the model does not
 * grow by it: it is not larger than what it is computed from, which nothing else reads.
 * @throws ShapeError when a node cannot run
 */
export function constantFold(model: OnnxModel, { maxBytes }: ConstantFoldOptions = {}): OnnxModel {
  let left = maxBytes ?? 2 * constantBytes(model.graph) + 2 ** 24;
  const reads = new Map<string, number>();
  countReads(model.graph, reads);
  const evaluation: EvaluationLimit = (outputBytes, sources) => {
    const large = sources.filter(({ bytes }) => bytes > alwaysAllowedBytes);
    const freed = large.reduce((sum, { name, bytes }) => sum + (reads.get(name) === 1 ? bytes : 0), 0);
    const allowed = outputBytes <= left && outputBytes <= Math.max(freed, alwaysAllowedBytes);
    if (allowed) left -= outputBytes;
    return allowed;
  };
  const facts = knownValues(model, { evaluation });
  return removeUnused({ ...model, graph: folded(model.graph, facts, true) });
}

function countReads(graph: Graph, counts: Map<string, number>): void {
  const names = [...graph.nodes.flatMap(({ inputs }) => inputs), ...graph.outputs.map(({ name }) => name)];
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const node of graph.nodes) for (const inner of innerGraphs(node)) countReads(inner, counts);
}

function constantBytes(graph: Graph): number {
  let sum = 0;
  for (const { elementType, dims } of graph.initialisers.values()) sum += byteLengthOf(elementType, dims);
  return sum;
}

function folded(graph: Graph, all: ReadonlyMap<Graph, Facts>, isOuter: boolean): Graph {
  const facts = all.get(graph);
  const ends = new Set(graph.outputs.map(({ name }) => name));
  const initialisers = new Map<string, TensorData>(graph.initialisers);
  const nodes: GraphNode[] = [];
  for (const node of graph.nodes) {
    const known = node.outputs.map((name): [string, TensorData | undefined] => [name, facts?.get(name)?.data]);
    // The outputs of an inner graph are the results of its nodes.
    const isConstant =
      known.length > 0 && known.every(([name, data]) => data !== undefined && (isOuter || !ends.has(name)));
    if (isConstant) {
      for (const [name, data] of known) if (data !== undefined) initialisers.set(name, data);
      continue;
    }
    const inner = withInnerGraphs(node, (one) => folded(one, all, false));
    const branch = branchThatRuns(inner, facts);
    if (branch === undefined) nodes.push(inner);
    else {
      for (const [name, data] of branch.initialisers) initialisers.set(name, data);
      nodes.push(...branch.nodes, ...passedOn(branch, node));
    }
  }
  return { ...graph, initialisers, nodes };
}

function branchThatRuns(node: GraphNode, facts: Facts | undefined): Graph | undefined {
  const condition = facts?.get(node.inputs[0] ?? '')?.data;
  if (node.op !== 'If' || node.domain !== '' || condition === undefined) return undefined;
  const name = numbersOf(condition)?.[0] === 0 ? 'else_branch' : 'then_branch';
  const branch = node.attributes.get(name);
  return branch?.kind === 'graph' ? branch.value : undefined;
}

/** The results of an inlined branch under the names that its If gave them. */
function passedOn(branch: Graph, node: GraphNode): readonly GraphNode[] {
  return node.outputs.flatMap((output, index): GraphNode[] => {
    const input = branch.outputs[index]?.name;
    if (output === '' || input === undefined) return [];
    return [
      {
        name: `${node.name}:${output}`,
        op: 'Identity',
        domain: '',
        inputs: [input],
        outputs: [output],
        attributes: new Map(),
      },
    ];
  });
}
