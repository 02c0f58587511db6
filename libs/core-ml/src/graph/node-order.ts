import { nodeTitle, readsOf } from './inner-graphs.js';
import { ModelFormatError } from './model-format-error.js';
import type { GraphNode } from './model.js';

/**
 * Nodes in an order in which each follows those that it reads, inner graphs included; as near to the given order as that
 * allows, and the same array where it was in order.
 * @throws ModelFormatError where nodes read each other in a circle
 */
export function nodesInOrder(nodes: readonly GraphNode[]): readonly GraphNode[] {
  const producers = new Map<string, number>();
  nodes.forEach((node, index) => node.outputs.forEach((name) => producers.set(name, index)));
  producers.delete('');
  const sources = nodes.map((node) => sourcesOf(node, producers));
  if (sources.every((from, index) => from.every((source) => source < index))) return nodes;
  return visited(nodes, sources);
}

function sourcesOf(node: GraphNode, producers: ReadonlyMap<string, number>): readonly number[] {
  const sources: number[] = [];
  for (const name of readsOf(node)) {
    const source = producers.get(name);
    if (source !== undefined) sources.push(source);
  }
  return sources;
}

/** Depth first, by a stack of its own: chains of nodes may be longer than the call stack. */
function visited(nodes: readonly GraphNode[], sources: readonly (readonly number[])[]): readonly GraphNode[] {
  const ordered: GraphNode[] = [];
  const state = new Uint8Array(nodes.length);
  for (let first = 0; first < nodes.length; first += 1) {
    const stack = state[first] === DONE ? [] : [first];
    while (stack.length > 0) {
      const index = stack[stack.length - 1] ?? 0;
      const node = nodes[index];
      if (node === undefined || state[index] === DONE) {
        stack.pop();
        continue;
      }
      const waiting = (sources[index] ?? []).filter((source) => state[source] !== DONE);
      if (waiting.length > 0) {
        // A node that is open and waited for again waits for itself.
        if (waiting.some((source) => state[source] === OPEN || source === index)) throw circle(node);
        state[index] = OPEN;
        for (const source of waiting.reverse()) stack.push(source);
      } else {
        state[index] = DONE;
        ordered.push(node);
      }
    }
  }
  return ordered;
}

const OPEN = 1;
const DONE = 2;

function circle(node: GraphNode): ModelFormatError {
  return new ModelFormatError(`node ${nodeTitle(node)} reads, through other nodes, what it gives itself`);
}
