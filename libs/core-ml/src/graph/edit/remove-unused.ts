import { ownNames, readsOf, withInnerGraphs } from '../inner-graphs.js';
import type { Graph, GraphNode, ModelFunction, OnnxModel } from '../model.js';
import { operatorCounts, operatorName } from '../operator-counts.js';

/**
 * Removes what the model's outputs do not need: nodes, constants, what is known of values that are gone, also inside
 * branches and bodies; and functions that no node calls. Inputs and outputs stay as they are.
 */
export function removeUnused(model: OnnxModel): OnnxModel {
  const graph = withoutUnused(model.graph);
  if (model.functions === undefined) return { ...model, graph };
  const { functions, ...rest } = model;
  const called = calledFunctions(graph.nodes, functions);
  return called.length === 0 ? { ...rest, graph } : { ...rest, graph, functions: called };
}

/** The functions that nodes call, or that functions call that they call. */
function calledFunctions(nodes: readonly GraphNode[], functions: readonly ModelFunction[]): readonly ModelFunction[] {
  const called = new Set<ModelFunction>();
  const waiting: (readonly GraphNode[])[] = [nodes];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const operators = operatorCounts(next);
    for (const definition of functions) {
      if (called.has(definition) || !operators.has(operatorName({ domain: definition.domain, op: definition.name })))
        continue;
      called.add(definition);
      waiting.push(definition.nodes);
    }
  }
  return functions.filter((definition) => called.has(definition));
}

/** The graph without nodes, constants and types that its outputs do not need. */
export function withoutUnused(graph: Graph): Graph {
  const needed = new Set(graph.outputs.map((output) => output.name));
  const kept: GraphNode[] = [];
  for (const node of [...graph.nodes].reverse()) {
    // A node that gives nothing is there for what it does.
    if (node.outputs.length > 0 && !node.outputs.some((name) => needed.has(name))) continue;
    const inner = withInnerGraphs(node, withoutUnused);
    for (const name of readsOf(inner)) needed.add(name);
    kept.push(inner);
  }
  const smaller = { ...graph, nodes: kept.reverse() };
  const initialisers = new Map([...graph.initialisers].filter(([name]) => needed.has(name)));
  const names = ownNames({ ...smaller, initialisers });
  return { ...smaller, initialisers, values: new Map([...graph.values].filter(([name]) => names.has(name))) };
}
