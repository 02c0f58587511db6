import { Tensor } from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { readModel, writeModel } from '../protobuf/index.js';
import { plainValues, runModel } from '../run-model.fixture.js';
import { branchingModel, floats, graphOf, modelOf, node } from '../small-models.fixture.js';
import { expose, GraphEditError } from './index.js';

function feeds(condition: boolean) {
  return {
    condition: new Tensor('bool', Uint8Array.of(condition ? 1 : 0), [1]),
    x: new Tensor('float32', Float32Array.of(-1, 2), [2]),
  };
}

it('hands a value out of both branches of an If, and changes nothing else', async () => {
  const model = expose(branchingModel(), [{ name: 'seen', from: { node: 'work' }, elementType: 'float32' }]);
  const bytes = writeModel(model);
  expect(readModel(bytes)).toEqual(model);
  const taken = plainValues(await runModel(bytes, feeds(true)));
  expect(taken['seen']?.data[0]).toBeCloseTo(Math.exp(-1), 6);
  expect(taken['seen']?.data[1]).toBeCloseTo(Math.exp(2), 5);
  expect(plainValues(await runModel(bytes, feeds(false)))['seen']?.data).toEqual([0, 2]);
  const before = plainValues(await runModel(writeModel(branchingModel()), feeds(true)));
  expect(taken['y']).toEqual(before['y']);
});

it('needs no type: the runtime finds it', async () => {
  const model = expose(branchingModel(), [{ name: 'seen', from: { node: 'work' } }]);
  expect(model.graph.outputs.at(-1)?.elementType).toBe('undefined');
  expect(plainValues(await runModel(writeModel(model), feeds(false)))['seen']?.data).toEqual([0, 2]);
});

it('hands values out of an If inside an If', async () => {
  const inner = branchingModel().graph;
  const branch = (name: string) => {
    const choose = { ...inner.nodes[0]!, outputs: [`${name}_end`], name: `${name} If` };
    return graphOf(name, { nodes: [choose], outputs: [floats(`${name}_end`, 2)] });
  };
  const outer = node('If', ['condition'], ['y'], {
    then_branch: { kind: 'graph', value: branch('a') },
    else_branch: { kind: 'graph', value: branch('b') },
  });
  const model = modelOf({ ...inner, nodes: [outer] });
  const seen = expose(model, [{ name: 'seen', from: { node: 'work' } }]);
  expect(plainValues(await runModel(writeModel(seen), feeds(false)))['seen']?.data).toEqual([0, 2]);
});

it('takes inner values, weights and outputs of the main graph, by value or by node', async () => {
  const chain = modelOf({
    inputs: [floats('x', 2)],
    nodes: [node('Neg', ['x'], ['n'], {}, 'negate'), node('Relu', ['n'], ['y'])],
    outputs: [floats('y', 2)],
  });
  const model = expose(chain, [
    { name: 'n', from: { value: 'n' } },
    { name: 'again', from: { node: 'negate', output: 0 } },
    { name: 'copy', from: { value: 'y' } },
  ]);
  const { n, again, copy, y } = plainValues(await runModel(writeModel(model), { x: feeds(true).x }));
  expect([n?.data, again?.data]).toEqual([
    [1, -2],
    [1, -2],
  ]);
  expect(copy).toEqual(y);
});

it.each([
  ['a node that is nowhere', { name: 'o', from: { node: 'nobody' } }, /has node 'nobody' nowhere/],
  ['a node of one branch only', { name: 'o', from: { node: 'then only' } }, /in one branch only of 'If' \(If\)/],
  ['an output that the node does not have', { name: 'o', from: { node: 'work', output: 4 } }, /has no output 4/],
  ['a name that is an output', { name: 'y', from: { node: 'work' } }, /There is an output 'y' already/],
  ['a name that is another value', { name: 'one', from: { node: 'work' } }, /There is a value 'one' already/],
])('refuses %s', (_, exposure, reason) => {
  expect(() => expose(branchingModel(), [exposure])).toThrow(GraphEditError);
  expect(() => expose(branchingModel(), [exposure])).toThrow(reason);
});

it('refuses values inside the body of a Loop', () => {
  const body = graphOf('body', { nodes: [node('Neg', ['x'], ['n'], {}, 'work')], outputs: [floats('n', 2)] });
  const loop = node('Loop', ['x'], ['y'], { body: { kind: 'graph', value: body } });
  const model = modelOf({ inputs: [floats('x', 2)], nodes: [loop], outputs: [floats('y', 2)] });
  expect(() => expose(model, [{ name: 'o', from: { node: 'work' } }])).toThrow(/inside 'Loop' \(Loop\), which cannot/);
});
