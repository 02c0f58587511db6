import { nodeTitle, withInnerGraphs } from './inner-graphs.js';
import { ModelFormatError } from './model-format-error.js';
import type { Graph, GraphNode, ModelFunction, OnnxModel } from './model.js';
import { nodesInOrder } from './node-order.js';

/** Names that a graph may read: its own so far, then those of the graphs around it. */
class Scope {
  private readonly names = new Set<string>();

  constructor(
    private readonly title: string,
    private readonly outer?: Scope,
  ) {}

  add(name: string): void {
    if (this.names.has(name)) throw new ModelFormatError(`value '${name}' is given twice in ${this.title}`);
    this.names.add(name);
  }

  has(name: string): boolean {
    return this.names.has(name) || this.outer?.has(name) === true;
  }
}

/**
 * Sees that each value is given once and before it is read, in the model's graph, inner graphs and functions.
 * @returns the model with the nodes of each graph in order; the same object where they were
 * @throws ModelFormatError that names the node and the value
 */
export function checkModel(model: OnnxModel): OnnxModel {
  const graph = checkGraph(model.graph, undefined);
  const untyped = model.graph.inputs.find((input) => input.elementType === 'undefined');
  if (untyped !== undefined) throw new ModelFormatError(`input '${untyped.name}' has no element type`);
  const functions = model.functions?.map(checkFunction);
  const changed = functions?.some((checked, index) => checked !== model.functions?.[index]) ?? false;
  if (graph === model.graph && !changed) return model;
  return functions === undefined ? { ...model, graph } : { ...model, graph, functions };
}

function checkGraph(graph: Graph, outer: Scope | undefined): Graph {
  const scope = new Scope(`graph '${graph.name}'`, outer);
  for (const input of graph.inputs) scope.add(input.name);
  for (const name of graph.initialisers.keys()) scope.add(name);
  const nodes = checkNodes(graph.nodes, scope);
  for (const { name } of graph.outputs) {
    if (!scope.has(name)) throw new ModelFormatError(`output '${name}' of graph '${graph.name}' is given by nothing`);
  }
  return nodes === graph.nodes ? graph : { ...graph, nodes };
}

function checkFunction(definition: ModelFunction): ModelFunction {
  const scope = new Scope(`function '${definition.name}'`);
  for (const input of definition.inputs) scope.add(input);
  const nodes = checkNodes(definition.nodes, scope);
  const missing = definition.outputs.find((name) => !scope.has(name));
  if (missing === undefined) return nodes === definition.nodes ? definition : { ...definition, nodes };
  throw new ModelFormatError(`output '${missing}' of function '${definition.name}' is given by nothing`);
}

function checkNodes(nodes: readonly GraphNode[], scope: Scope): readonly GraphNode[] {
  const ordered = nodesInOrder(nodes);
  let changed = ordered !== nodes;
  const checked = ordered.map((node) => {
    for (const name of node.inputs) {
      if (name === '' || scope.has(name)) continue;
      throw new ModelFormatError(`node ${nodeTitle(node)} reads '${name}', which nothing gives`);
    }
    const result = withInnerGraphs(node, (graph) => checkGraph(graph, scope));
    for (const name of node.outputs) if (name !== '') scope.add(name);
    changed ||= result !== node;
    return result;
  });
  return changed ? checked : nodes;
}
