import { checkModel } from '../check.js';
import type { GraphNode, NamedType, OnnxModel, TensorData } from '../model.js';
import { GraphEditError } from './graph-edit-error.js';
import { allNames } from './names.js';

/** What a graph is to have beyond what it has. */
export interface Extension {
  /** May read any value of the graph; they are put where they belong in order. */
  readonly nodes?: readonly GraphNode[];
  readonly initialisers?: ReadonlyMap<string, TensorData>;
  readonly inputs?: readonly NamedType[];
  readonly outputs?: readonly NamedType[];
}

/**
 * Adds nodes, constants, inputs and outputs to a model's graph.
 * @throws GraphEditError  where a new value has the name of one that is there
 * @throws ModelFormatError where a node or output needs what nothing gives
 */
export function extend(model: OnnxModel, extension: Extension): OnnxModel {
  const { nodes = [], initialisers = new Map<string, TensorData>(), inputs = [], outputs = [] } = extension;
  const taken = allNames(model.graph);
  const added = [...nodes.flatMap((node) => node.outputs), ...initialisers.keys(), ...inputs.map(({ name }) => name)];
  for (const name of added) {
    if (name === '') continue;
    if (taken.has(name)) throw new GraphEditError(`There is a value '${name}' already.`);
    taken.add(name);
  }
  const ends = new Set(model.graph.outputs.map(({ name }) => name));
  const twice = outputs.find(({ name }) => ends.has(name));
  if (twice !== undefined) throw new GraphEditError(`'${twice.name}' is an output already.`);
  const graph = {
    ...model.graph,
    nodes: [...model.graph.nodes, ...nodes],
    initialisers: new Map([...model.graph.initialisers, ...initialisers]),
    inputs: [...model.graph.inputs, ...inputs],
    outputs: [...model.graph.outputs, ...outputs],
  };
  return checkModel({ ...model, graph });
}
