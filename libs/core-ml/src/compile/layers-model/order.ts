import { SourceModelError } from '../errors.js';
import type { Layer, LayerOutput, Topology } from './topology.js';

/** One use of a layer. */
export interface LayerCall {
  readonly layer: Layer;
  readonly call: number;
  readonly inputs: readonly LayerOutput[];
}

/**
 * The calls that the model's outputs need, each after those that it reads. Layers that no output needs are left out.
 * @throws SourceModelError where a call reads a layer that is not there, or itself
 */
export function callsInOrder(topology: Topology): LayerCall[] {
  const layers = new Map(topology.layers.map((layer) => [layer.name, layer]));
  const ordered: LayerCall[] = [];
  const states = new Map<string, 'open' | 'done'>();
  // A stack of our own: a network of thousands of layers must not exhaust the machine's.
  const stack = [...topology.outputs].reverse();
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const key = keyOf(top);
    const call = findCall(layers, top);
    const state = states.get(key);
    if (state === undefined) {
      states.set(key, 'open');
      stack.push(...call.inputs.filter((input) => states.get(keyOf(input)) !== 'done').reverse());
      continue;
    }
    stack.pop();
    if (state === 'done') continue;
    const waiting = call.inputs.find((input) => states.get(keyOf(input)) !== 'done');
    if (waiting !== undefined) throw new SourceModelError(`the layer '${top.layer}' reads its own output`);
    states.set(key, 'done');
    ordered.push(call);
  }
  return ordered;
}

const keyOf = ({ layer, call }: LayerOutput) => `${call} ${layer}`;

function findCall(layers: ReadonlyMap<string, Layer>, { layer: name, call }: LayerOutput): LayerCall {
  const layer = layers.get(name);
  if (layer === undefined) throw new SourceModelError(`the layer '${name}' is read, but is not there`);
  const inputs = layer.calls[call];
  // Input layers are not called.
  if (inputs === undefined && call === 0 && layer.calls.length === 0) return { layer, call, inputs: [] };
  if (inputs === undefined) throw new SourceModelError(`call ${call} of layer '${name}' is read, but is not there`);
  return { layer, call, inputs };
}
