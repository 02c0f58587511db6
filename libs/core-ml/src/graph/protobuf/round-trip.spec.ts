import fc from 'fast-check';
import { Tensor } from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { plainValues, runModel } from '../run-model.fixture.js';
import { floats, modelOf, node, vector } from '../small-models.fixture.js';
import { anyModel } from './arbitrary-models.fixture.js';
import { readModel, writeModel } from './index.js';

it('reads what was written, whatever the model holds', () => {
  fc.assert(
    fc.property(anyModel, (model) => {
      const bytes = writeModel(model);
      const read = readModel(bytes);
      expect(read).toEqual(model);
      expect(writeModel(read)).toEqual(bytes);
    }),
    { numRuns: 100, seed: 3 },
  );
});

it('gives weights as views of the file, not as copies', () => {
  const bytes = writeModel(modelOf({ initialisers: new Map([['w', vector(1, 2, 3)]]) }));
  const content = readModel(bytes).graph.initialisers.get('w')?.content;
  expect(content?.kind === 'bytes' && content.bytes.buffer === bytes.buffer).toBe(true);
});

it('reads a model that lies anywhere in a larger Buffer', () => {
  const bytes = writeModel(modelOf({ initialisers: new Map([['w', vector(1, 2, 3)]]) }));
  const buffer = Buffer.concat([Buffer.alloc(3), bytes, Buffer.alloc(5)]).subarray(3, 3 + bytes.length);
  expect(readModel(buffer)).toEqual(readModel(bytes));
});

it('writes large weights inside branches as they are', () => {
  const large = vector(...Array.from({ length: 5_000 }, (_, index) => index));
  const constant = node('Constant', [], ['c'], { value: { kind: 'tensor', value: large } });
  const branch = { ...modelOf({ nodes: [constant] }).graph };
  const outer = node('If', ['x'], ['y'], { then_branch: { kind: 'graph', value: branch } });
  const model = modelOf({ inputs: [{ name: 'x', elementType: 'bool', shape: [] }], nodes: [outer] });
  expect(readModel(writeModel(model))).toEqual(model);
});

it('lists initialisers among the inputs where the version of the format wants that, and reads them as constants', () => {
  const model = modelOf({ initialisers: new Map([['w', vector(1)]]) }, { irVersion: 3 });
  expect(writeModel(model).length).toBeGreaterThan(writeModel({ ...model, irVersion: 4 }).length);
  expect(readModel(writeModel(model))).toEqual(model);
});

it('writes functions of the model itself, with attributes handed through, as the runtime understands them', async () => {
  const leaky = node('LeakyRelu', ['a'], ['b'], { alpha: { kind: 'reference', of: 'float', value: 'slope' } });
  const definition = { domain: 'own', name: 'Slanted', opsets: new Map([['', 17]]), inputs: ['a'], outputs: ['b'] };
  const maps = { attributes: ['slope'], defaults: new Map(), values: new Map() };
  const call = { ...node('Slanted', ['x'], ['y'], { slope: { kind: 'float', value: 0.5 } }), domain: 'own' };
  const model = modelOf(
    { inputs: [floats('x', 2)], nodes: [call], outputs: [floats('y', 2)] },
    {
      opsets: new Map([
        ['', 17],
        ['own', 1],
      ]),
      functions: [{ ...definition, ...maps, nodes: [leaky] }],
    },
  );
  const feeds = { x: new Tensor('float32', Float32Array.of(-4, 4), [2]) };
  expect(plainValues(await runModel(writeModel(model), feeds))['y']?.data).toEqual([-2, 4]);
});
