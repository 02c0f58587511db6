import { expect, it } from 'vitest';
import { ModelFormatError } from '../model-format-error.js';
import { modelOf, node, vector } from '../small-models.fixture.js';
import { collectExternalData, externalLocations, readModel, withExternalData, writeModel } from './index.js';

const range = (length: number) => vector(...Array.from({ length }, (_, index) => index));

/** A model with two large constants, one inside a branch, and a small one. */
function model() {
  const inner = modelOf({ initialisers: new Map([['inner', range(1_500)]]) }).graph;
  const choose = node('If', ['x'], [], { then_branch: { kind: 'graph', value: inner } });
  return modelOf({
    inputs: [{ name: 'x', elementType: 'bool', shape: [] }],
    initialisers: new Map([
      ['large', range(2_000)],
      ['small', range(3)],
    ]),
    nodes: [choose],
  });
}

function collected(options: { location: string; minimumBytes?: number }) {
  const pieces: Uint8Array[] = [];
  const outside = collectExternalData(model(), options, (bytes) => pieces.push(bytes));
  return { outside, file: Buffer.concat(pieces) };
}

it('takes large constants out, and puts them back', () => {
  const { outside, file } = collected({ location: 'weights.bin' });
  const read = readModel(writeModel(outside));
  expect(read).toEqual(outside);
  expect(writeModel(outside).length).toBeLessThan(500);
  expect(externalLocations(read)).toEqual(['weights.bin']);
  expect(file.length).toBe(8_192 + 6_000);
  const inside = withExternalData(read, (_, offset, length) => new Uint8Array(file.subarray(offset, offset + length)));
  expect(inside).toEqual(model());
});

it('puts each constant at the beginning of a page, as runtimes map them', () => {
  const { outside } = collected({ location: 'weights.bin', minimumBytes: 1 });
  const offsets = [...outside.graph.initialisers.values()].map(
    ({ content }) => content.kind === 'external' && content.offset,
  );
  expect(offsets).toEqual([0, 8_192]);
});

it('refuses places outside the folder of the model, and bytes that are too few', () => {
  expect(() => collected({ location: '../weights.bin' })).toThrow(ModelFormatError);
  const { outside } = collected({ location: 'weights.bin' });
  expect(() => withExternalData(outside, () => new Uint8Array(10))).toThrow(
    /tensor 'large' needs 8000 bytes at 0 of 'weights.bin', where 10 are/,
  );
});
