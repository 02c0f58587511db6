import { checkModel } from '../check.js';
import { ownNames, readsOf } from '../inner-graphs.js';
import type { Graph, GraphNode, NamedType, OnnxModel, TensorType } from '../model.js';
import { GraphEditError } from './graph-edit-error.js';
import { allNames, freshName, typeIn } from './names.js';
import { removeUnused } from './remove-unused.js';

/** Where a part of a model begins and ends: values by name, with their type where the model does not know it. */
export interface Cut {
  readonly inputs: readonly (string | NamedType)[];
  readonly outputs: readonly (string | NamedType)[];
}

/**
 * The part of a model between some values of its graph: what computes the outputs from the inputs, and nothing else.
 * @throws GraphEditError where a value is not there, an input's type is not known, or the outputs need more than the inputs
 */
export function cut(model: OnnxModel, { inputs, outputs }: Cut): OnnxModel {
  const { graph } = model;
  const existing = ownNames(graph);
  const ends = [...inputs, ...outputs].map((end) => (typeof end === 'string' ? end : end.name));
  const absent = ends.find((name) => !existing.has(name));
  if (absent !== undefined) throw new GraphEditError(`The graph has no value '${absent}'.`);
  const newInputs = inputs.map((input) => typedEnd(graph, input));
  const untyped = newInputs.find((input) => input.elementType === 'undefined');
  if (untyped !== undefined) throw new GraphEditError(`The type of '${untyped.name}' is not known and must be given.`);
  const begin = new Set(newInputs.map((input) => input.name));
  const nodes = neededNodes(graph, outputs.map(nameOf), begin);
  const part: Graph = {
    ...graph,
    nodes,
    inputs: newInputs,
    outputs: outputs.map((output) => typedEnd(graph, output)),
    initialisers: new Map([...graph.initialisers].filter(([name]) => !begin.has(name))),
    values: new Map([...graph.values].filter(([name]) => !begin.has(name))),
  };
  refuseMissing(graph, part);
  return checkModel(removeUnused({ ...model, graph: part }));
}

function nameOf(end: string | NamedType): string {
  return typeof end === 'string' ? end : end.name;
}

function typedEnd(graph: Graph, end: string | NamedType): NamedType {
  if (typeof end !== 'string') return end;
  const type: TensorType = typeIn(graph, end) ?? { elementType: 'undefined', shape: undefined };
  return { name: end, ...type };
}

/** Nodes between the cut's beginning and its outputs. */
function neededNodes(graph: Graph, outputs: readonly string[], begin: ReadonlySet<string>): readonly GraphNode[] {
  const needed = new Set(outputs.filter((name) => !begin.has(name)));
  const taken = allNames(graph);
  const kept: GraphNode[] = [];
  for (const node of [...graph.nodes].reverse()) {
    if (!node.outputs.some((name) => needed.has(name))) continue;
    for (const name of readsOf(node)) if (!begin.has(name)) needed.add(name);
    // A node may give one value that is wanted and another that now comes from outside.
    const rename = (name: string) => (begin.has(name) ? freshName(taken, `${name}_uncut`) : name);
    kept.push({ ...node, outputs: node.outputs.map(rename) });
  }
  return kept.reverse();
}

function refuseMissing(whole: Graph, part: Graph): void {
  const there = ownNames(part);
  const reads = new Set(part.outputs.map((output) => output.name));
  for (const node of part.nodes) for (const name of readsOf(node)) reads.add(name);
  const missing = whole.inputs.filter(({ name }) => reads.has(name) && !there.has(name));
  if (missing.length === 0) return;
  const names = missing.map((input) => `'${input.name}'`).join(', ');
  throw new GraphEditError(`The outputs also need the model's inputs ${names}: name them among the cut's inputs.`);
}
