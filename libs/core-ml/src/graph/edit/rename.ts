import type { OnnxModel } from '../model.js';
import { GraphEditError } from './graph-edit-error.js';
import { allNames, mapNames } from './names.js';

/**
 * Gives values other names: inputs, outputs, weights and values between nodes, wherever they are read.
 * @param names new names by old ones
 * @throws GraphEditError where an old name is not in the model or a new one would stand for two values
 */
export function renameValues(model: OnnxModel, names: ReadonlyMap<string, string>): OnnxModel {
  const existing = allNames(model.graph);
  const given = new Set<string>();
  for (const [from, to] of names) {
    if (!existing.has(from)) throw new GraphEditError(`There is no value '${from}' to rename.`);
    if (to === '') throw new GraphEditError(`The value '${from}' needs a name that is not empty.`);
    if (given.has(to) || (existing.has(to) && !names.has(to))) {
      throw new GraphEditError(`'${from}' cannot be called '${to}', another value has this name.`);
    }
    given.add(to);
  }
  return { ...model, graph: mapNames(model.graph, (name) => names.get(name) ?? name) };
}

/**
 * Puts a text before the names of all values and nodes, so that two models can become one.
 * @param keep values that keep their names, for instance the model's inputs and outputs
 */
export function prefixNames(model: OnnxModel, prefix: string, keep: Iterable<string> = []): OnnxModel {
  const kept = new Set(keep);
  const value = (name: string) => (kept.has(name) ? name : prefix + name);
  const existing = allNames(model.graph);
  for (const name of kept) {
    if (!existing.has(name)) throw new GraphEditError(`There is no value '${name}' to keep.`);
    if (name.startsWith(prefix) && existing.has(name.slice(prefix.length)) && !kept.has(name.slice(prefix.length))) {
      throw new GraphEditError(`'${name.slice(prefix.length)}' would get the name of '${name}', which keeps its own.`);
    }
  }
  return { ...model, graph: mapNames(model.graph, value, (name) => prefix + name) };
}
