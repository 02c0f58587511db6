import { checkModel } from '../check.js';
import { typeText } from '../describe.js';
import type { ModelFunction, NamedType, OnnxModel, TensorData } from '../model.js';
import { usedDomains } from '../operator-counts.js';
import { GraphEditError } from './graph-edit-error.js';
import { allNames, mapNames } from './names.js';

export interface JoinOptions {
  /** Outputs of the first model that stay outputs although the second one reads them. */
  readonly keepOutputs?: readonly string[];
}

/**
 * One model of two: outputs of the first become inputs of the second. Inputs that are not connected stay inputs, outputs
 * that are not connected stay outputs, the first model's before the second's. Constants of one name and content are
 * shared. Of metadata in both, the first's counts.
 * @param connections names of the second model's inputs, each with the first model's output that it is to read
 * @throws GraphEditError where names are not there or stand for two values, types do not meet, or versions of an
 *   operator set differ
 */
export function join(
  first: OnnxModel,
  second: OnnxModel,
  connections: ReadonlyMap<string, string>,
  options: JoinOptions = {},
): OnnxModel {
  for (const [input, output] of connections) refuseMismatch(first, second, input, output);
  const renamed = mapNames(second.graph, (name) => connections.get(name) ?? name);
  const connected = new Set(connections.values());
  refuseTakenNames(first, second, connections);
  const keep = new Set(options.keepOutputs);
  const graph = {
    name: first.graph.name,
    nodes: [...first.graph.nodes, ...renamed.nodes],
    initialisers: new Map([...first.graph.initialisers, ...renamed.initialisers]),
    inputs: [...first.graph.inputs, ...renamed.inputs.filter(({ name }) => !connected.has(name))],
    outputs: [
      ...first.graph.outputs.filter(({ name }) => !connected.has(name) || keep.has(name)),
      ...renamed.outputs.filter(({ name }) => !keep.has(name)),
    ],
    values: new Map([...renamed.values, ...first.graph.values]),
  };
  for (const { name, ...type } of first.graph.outputs) {
    if (connected.has(name) && type.elementType !== 'undefined') graph.values.set(name, type);
  }
  const functions = joinedFunctions(first.functions ?? [], second.functions ?? []);
  const model: OnnxModel = {
    ...first,
    irVersion: Math.max(first.irVersion, second.irVersion),
    opsets: joinedOpsets(first, second),
    metadata: new Map([...second.metadata, ...first.metadata]),
    graph,
  };
  return checkModel(functions.length === 0 ? model : { ...model, functions });
}

function refuseMismatch(first: OnnxModel, second: OnnxModel, input: string, output: string): void {
  const from = first.graph.outputs.find(({ name }) => name === output);
  const to = second.graph.inputs.find(({ name }) => name === input);
  if (from === undefined) throw new GraphEditError(`The first model has no output '${output}'.`);
  if (to === undefined) throw new GraphEditError(`The second model has no input '${input}'.`);
  if (!fits(from, to))
    throw new GraphEditError(`'${output}', ${typeText(from)}, does not fit '${input}', ${typeText(to)}.`);
}

function fits(from: NamedType, to: NamedType): boolean {
  if (from.elementType !== 'undefined' && from.elementType !== to.elementType) return false;
  if (from.shape === undefined || to.shape === undefined) return true;
  if (from.shape.length !== to.shape.length) return false;
  return from.shape.every((length, axis) => {
    const other = to.shape?.[axis];
    return typeof length !== 'number' || typeof other !== 'number' || length === other;
  });
}

function refuseTakenNames(first: OnnxModel, second: OnnxModel, connections: ReadonlyMap<string, string>): void {
  const names = allNames(first.graph);
  for (const name of allNames(second.graph)) {
    if (connections.has(name) || !names.has(name)) continue;
    if (isSameConstant(first.graph.initialisers.get(name), second.graph.initialisers.get(name))) continue;
    throw new GraphEditError(`Both models have a value '${name}': rename it, or prefix the names of one model.`);
  }
}

/** Parts that were cut from one model have constants in common. */
function isSameConstant(first: TensorData | undefined, second: TensorData | undefined): boolean {
  if (first === undefined || second === undefined || first === second) return first !== undefined && first === second;
  if (first.elementType !== second.elementType || first.dims.join() !== second.dims.join()) return false;
  const [bytes, others] = [first.content, second.content];
  if (bytes.kind !== 'bytes' || others.kind !== 'bytes') return false;
  return bytes.bytes.every((byte, index) => byte === others.bytes[index]);
}

/** Versions that both models can live with: where they differ, only one of them may use the operator set. */
function joinedOpsets(first: OnnxModel, second: OnnxModel): Map<string, number> {
  const opsets = new Map(first.opsets);
  for (const [domain, version] of second.opsets) {
    const other = opsets.get(domain);
    if (other === undefined || !usedDomains(first).has(domain)) opsets.set(domain, version);
    else if (other !== version && usedDomains(second).has(domain)) {
      throw new GraphEditError(`The models use the operator set '${domain}' in the versions ${other} and ${version}.`);
    }
  }
  return opsets;
}

function joinedFunctions(first: readonly ModelFunction[], second: readonly ModelFunction[]): readonly ModelFunction[] {
  const others = second.filter((definition) => !first.includes(definition));
  const taken = others.find(({ domain, name }) => first.some((each) => each.domain === domain && each.name === name));
  if (taken !== undefined) throw new GraphEditError(`Both models define the function '${taken.name}'.`);
  return [...first, ...others];
}
