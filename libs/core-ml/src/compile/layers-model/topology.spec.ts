import { describe, expect, it } from 'vitest';
import { SourceModelError } from '../errors.js';
import { callsInOrder } from './order.js';
import { parseTopology } from './topology.js';

const layer = (name: string, className: string, inbound: unknown[], config: object = {}) => ({
  ...{ name, class_name: className, config: { name, ...config }, inbound_nodes: inbound },
});
const from = (...names: string[]) => names.map((name) => [name, 0, 0, {}]);
const model = (layers: unknown[], outputs: unknown = [['last', 0, 0]]) => ({
  model_config: {
    class_name: 'Functional',
    config: { name: 'm', layers, input_layers: [['in', 0, 0]], output_layers: outputs },
  },
});
const names = (topology: object) => callsInOrder(parseTopology(topology)).map(({ layer }) => layer.name);

describe('parseTopology', () => {
  it('puts calls after those that they read, in whatever order the layers are written', () => {
    const layers = [
      layer('last', 'Add', [from('b', 'a')]),
      layer('a', 'ReLU', [from('in')]),
      layer('b', 'ReLU', [from('a')]),
      layer('in', 'InputLayer', []),
    ];
    expect(names(model(layers))).toEqual(['in', 'a', 'b', 'last']);
  });

  it('leaves out layers that no output needs', () => {
    const layers = [
      layer('in', 'InputLayer', []),
      layer('side', 'ReLU', [from('in')]),
      layer('last', 'ReLU', [from('in')]),
    ];
    expect(names(model(layers))).toEqual(['in', 'last']);
  });

  it('keeps the calls of a shared layer apart', () => {
    const layers = [
      layer('in', 'InputLayer', []),
      layer('shared', 'ReLU', [from('in'), [['shared', 0, 0, {}]]]),
      layer('last', 'Add', [
        [
          ['shared', 0, 0, {}],
          ['shared', 1, 0, {}],
        ],
      ]),
    ];
    const calls = callsInOrder(parseTopology(model(layers)));
    expect(calls.map(({ layer, call }) => `${layer.name} ${call}`)).toEqual(['in 0', 'shared 0', 'shared 1', 'last 0']);
  });

  it('makes a chain of a sequential model, with the input that its first layer implies', () => {
    const layers = [
      { class_name: 'Dense', config: { name: 'd1', units: 2, batch_input_shape: [null, 3] } },
      { class_name: 'Dense', config: { name: 'd2', units: 2 } },
    ];
    const asObject = parseTopology({ class_name: 'Sequential', config: { name: 's', layers } });
    const asList = parseTopology({ class_name: 'Sequential', config: layers });
    for (const topology of [asObject, asList]) {
      expect(topology.layers.map(({ name, className }) => [name, className])).toEqual([
        ['d1_input', 'InputLayer'],
        ['d1', 'Dense'],
        ['d2', 'Dense'],
      ]);
      expect(topology.layers[0]!.config.shape('batch_input_shape')).toEqual([undefined, 3]);
    }
  });

  it('finds the input of a sequential model that begins with a model', () => {
    const inner = {
      class_name: 'Sequential',
      config: {
        name: 'inner',
        layers: [{ class_name: 'Dense', config: { name: 'd', units: 1, batch_input_shape: [null, 5] } }],
      },
    };
    const topology = parseTopology({ class_name: 'Sequential', config: { name: 'outer', layers: [inner] } });
    expect(topology.layers[0]!.config.shape('batch_input_shape')).toEqual([undefined, 5]);
    expect(topology.layers[1]!.inner!.layers).toHaveLength(2);
  });

  it('reads a network of thousands of layers', () => {
    const chain = Array.from({ length: 20_000 }, (_, i) =>
      layer(`l${i}`, 'ReLU', [from(i === 0 ? 'in' : `l${i - 1}`)]),
    );
    expect(names(model([layer('in', 'InputLayer', []), ...chain], [['l19999', 0, 0]]))).toHaveLength(20_001);
  });

  const nested = (depth: number): unknown =>
    depth === 0
      ? { class_name: 'Dense', config: { name: 'd' } }
      : { class_name: 'Sequential', config: { name: 's', layers: [nested(depth - 1)] } };
  it.each([
    ['no model', null, 'not a Keras model'],
    ['another class', { class_name: 'Dense', config: {} }, 'Functional or Sequential'],
    ['no layers', { class_name: 'Model', config: {} }, 'lists no layers'],
    ['an empty chain', { class_name: 'Sequential', config: [] }, 'lists no layers'],
    ['no class', model([{ name: 'x' }]), 'no class_name'],
    ['no name', model([{ class_name: 'Add', config: {} }]), 'has no name'],
    ['twins', model([layer('in', 'InputLayer', []), layer('in', 'InputLayer', [])]), 'occurs twice'],
    ['no outputs', model([layer('in', 'InputLayer', [])], []), 'no output_layers'],
    ['a bad end', model([layer('in', 'InputLayer', [])], [['in', -1, 0]]), 'expected [layer, call, output]'],
    ["Keras 3's calls", model([layer('last', 'ReLU', [{ args: [], kwargs: {} }])]), 'Keras 3'],
    [
      'a chain without a shape',
      { class_name: 'Sequential', config: [{ class_name: 'Dense', config: { name: 'd' } }] },
      'no input shape',
    ],
    ['models without end', nested(100), 'nested too deeply'],
  ])('refuses %s', (_, topology, message) => {
    expect(() => parseTopology(topology)).toThrow(SourceModelError);
    expect(() => parseTopology(topology)).toThrow(message);
  });

  it.each([
    ['a missing layer', [layer('last', 'ReLU', [from('gone')])], "'gone' is read, but is not there"],
    ['a missing call', [layer('last', 'ReLU', [[['last', 3, 0, {}]]])], 'call 3'],
    ['a ring', [layer('a', 'ReLU', [from('last')]), layer('last', 'ReLU', [from('a')])], 'reads its own output'],
  ])('refuses %s', (_, layers, message) => {
    expect(() => names(model(layers))).toThrow(message);
  });
});
