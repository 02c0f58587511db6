import { removeUnused } from '../edit/index.js';
import { ownNames } from '../inner-graphs.js';
import { mapNames } from '../edit/names.js';
import type { Graph, GraphNode, OnnxModel } from '../model.js';
import { inEveryGraph } from './every-graph.js';

/** Takes out nodes that pass their input on: Identity, and Dropout, which does nothing but in training. */
export function removeIdentity(model: OnnxModel): OnnxModel {
  return removeUnused(inEveryGraph(model, withoutIdentity));
}

function passesOn(node: GraphNode): boolean {
  if (node.domain !== '') return false;
  if (node.op === 'Identity') return true;
  // The third input asks for training, the second output is the mask.
  return node.op === 'Dropout' && (node.inputs[2] ?? '') === '' && (node.outputs[1] ?? '') === '';
}

function withoutIdentity(graph: Graph): Graph {
  const ends = new Set(graph.outputs.map(({ name }) => name));
  const own = ownNames(graph);
  const fixed = new Set([...graph.inputs.map(({ name }) => name), ...graph.initialisers.keys()]);
  const names = new Map<string, string>();
  const current = (name: string): string => {
    const next = names.get(name);
    return next === undefined ? name : current(next);
  };
  const nodes = graph.nodes.filter((node) => {
    const [from, to] = [current(node.inputs[0] ?? ''), node.outputs[0] ?? ''];
    if (!passesOn(node) || from === '' || to === '') return true;
    if (!ends.has(to)) {
      names.set(to, from);
      return false;
    }
    // An output keeps its name; what is passed on takes it, unless its own name is wanted too.
    if (ends.has(from) || fixed.has(from) || !own.has(from)) return true;
    names.set(from, to);
    return false;
  });
  return names.size === 0 ? graph : mapNames({ ...graph, nodes }, current);
}
