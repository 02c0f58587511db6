import { innerGraphs } from './inner-graphs.js';
import type { GraphNode, OnnxModel } from './model.js';

/** An operator's name with its domain before it where it is not ONNX's own: `Conv`, `com.microsoft:FusedConv`. */
export function operatorName(node: { readonly domain: string; readonly op: string }): string {
  return node.domain === '' ? node.op : `${node.domain}:${node.op}`;
}

/** How many nodes of each operator there are, in inner graphs, too. */
export function operatorCounts(nodes: readonly GraphNode[], into = new Map<string, number>()): Map<string, number> {
  for (const node of nodes) {
    const name = operatorName(node);
    into.set(name, (into.get(name) ?? 0) + 1);
    for (const graph of innerGraphs(node)) operatorCounts(graph.nodes, into);
  }
  return into;
}

/** Domains of the operators that a model's nodes use, those of its functions included. */
export function usedDomains(model: OnnxModel): ReadonlySet<string> {
  const domains = new Set<string>();
  const visit = (nodes: readonly GraphNode[]) => {
    for (const node of nodes) {
      domains.add(node.domain);
      for (const graph of innerGraphs(node)) visit(graph.nodes);
    }
  };
  visit(model.graph.nodes);
  for (const definition of model.functions ?? []) visit(definition.nodes);
  return domains;
}
