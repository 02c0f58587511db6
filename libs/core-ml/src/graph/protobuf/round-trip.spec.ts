import fc from 'fast-check';
import { expect, it } from 'vitest';
import { modelOf, node, vector } from '../small-models.fixture.js';
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
