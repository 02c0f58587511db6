import type { Dimension } from '../model.js';
import { anyType, int, numeric, operator, string, type Inferred } from './definition.js';
import { mayEqual } from './dimensions.js';
import type { NodeCall } from './node-call.js';

function inferGather(call: NodeCall): Inferred[] {
  const data = call.rankedAtLeast(0, 1);
  const indices = call.shape(1);
  if (data === undefined || indices === undefined) return [{ shape: undefined }];
  const axis = call.axis(call.int('axis'), data.length);
  return [{ shape: [...data.slice(0, axis), ...indices, ...data.slice(axis + 1)], elements: gatheredElements(call) }];
}

function gatheredElements(call: NodeCall): readonly Dimension[] | undefined {
  const list = call.shape(0)?.length === 1 ? call.elements(0) : undefined;
  const places = call.numbers(1);
  if (list === undefined || places === undefined) return undefined;
  return places.map((place) => {
    const counted = place < 0 ? place + list.length : place;
    return counted in list ? list[counted] : call.fail(`index ${place} lies outside ${call.describe(0)}.`);
  });
}

function inferGatherNd(call: NodeCall): Inferred[] {
  const data = call.rankedAtLeast(0, 1);
  const indices = call.rankedAtLeast(1, 1);
  const batch = call.int('batch_dims');
  const depth = indices?.at(-1);
  if (data === undefined || indices === undefined || typeof depth !== 'number') return [{ shape: undefined }];
  if (batch < 0 || batch + depth > data.length || batch >= indices.length) {
    call.fail(
      `${call.describe(1)} names ${depth} axes after ${batch} of the batch, which ${call.describe(0)} does not have.`,
    );
  }
  return [{ shape: [...indices.slice(0, -1), ...data.slice(batch + depth)] }];
}

function checkScatterNd(call: NodeCall): void {
  const [data, indices, updates] = [call.shape(0), call.rankedAtLeast(1, 1), call.shape(2)];
  const depth = indices?.at(-1);
  if (data === undefined || indices === undefined || updates === undefined || typeof depth !== 'number') return;
  if (depth > data.length)
    call.fail(`${call.describe(1)} names ${depth} axes, which ${call.describe(0)} does not have.`);
  const wanted = [...indices.slice(0, -1), ...data.slice(depth)];
  if (updates.length !== wanted.length || updates.some((length, axis) => !mayEqual(length, wanted[axis]))) {
    call.fail(`${call.describe(2)} must have the shape [${wanted.map((length) => length ?? '?').join(', ')}].`);
  }
}

function inferOneHot(call: NodeCall): Inferred[] {
  const indices = call.shape(0);
  if (indices === undefined) return [{ shape: undefined }];
  const axis = call.axis(call.int('axis'), indices.length + 1);
  return [{ shape: indices.toSpliced(axis, 0, call.elements(1)?.[0]) }];
}

function checkSameRank(call: NodeCall, first: number, second: number): void {
  const [a, b] = [call.shape(first), call.shape(second)];
  if (a !== undefined && b !== undefined && a.length !== b.length) {
    call.fail(`${call.describe(first)} and ${call.describe(second)} must have the same number of dimensions.`);
  }
}

const places = ['int64', 'int32'] as const;

/** Operators that read or write elements at places that other tensors name. */
export const indexing = {
  Gather: operator({
    inputs: ['data: T', 'indices: I'],
    outputs: ['output: T'],
    types: { T: anyType, I: places },
    attributes: { axis: int(0) },
    infer: inferGather,
  }),
  GatherElements: operator({
    inputs: ['data: T', 'indices: I'],
    outputs: ['output: T'],
    types: { T: anyType, I: places },
    attributes: { axis: int(0) },
    infer(call) {
      checkSameRank(call, 0, 1);
      const shape = call.shape(0);
      if (shape !== undefined) call.axis(call.int('axis'), shape.length);
      return [{ shape: call.shape(1) }];
    },
  }),
  GatherND: operator({
    inputs: ['data: T', 'indices: int64'],
    outputs: ['output: T'],
    types: { T: anyType },
    attributes: { batch_dims: int(0, { since: 12 }) },
    infer: inferGatherNd,
  }),
  ScatterND: operator({
    inputs: ['data: T', 'indices: int64', 'updates: T'],
    outputs: ['output: T'],
    types: { T: anyType },
    attributes: { reduction: string('none', { since: 16 }) },
    infer(call) {
      checkScatterNd(call);
      return [{ shape: call.shape(0) }];
    },
  }),
  ScatterElements: operator({
    inputs: ['data: T', 'indices: I', 'updates: T'],
    outputs: ['output: T'],
    types: { T: anyType, I: places },
    attributes: { axis: int(0), reduction: string('none', { since: 16 }) },
    infer(call) {
      checkSameRank(call, 0, 1);
      if (call.shape(1) !== undefined && call.shape(2) !== undefined) {
        checkSameRank(call, 1, 2);
        const bad = call.shape(1)!.some((length, axis) => !mayEqual(length, call.shape(2)![axis]));
        if (bad) call.fail(`${call.describe(2)} must have the shape of ${call.describe(1)}.`);
      }
      return [{ shape: call.shape(0) }];
    },
  }),
  OneHot: operator({
    inputs: ['indices: I', 'depth: D', 'values: T'],
    outputs: ['output: T'],
    types: { I: numeric, D: numeric, T: anyType },
    attributes: { axis: int(-1) },
    infer: inferOneHot,
  }),
  NonZero: operator({
    inputs: ['X: T'],
    outputs: ['Y: int64'],
    types: { T: anyType },
    attributes: {},
    infer: (call) => [{ shape: [call.shape(0)?.length, undefined] }],
  }),
  Compress: operator({
    inputs: ['input: T', 'condition: bool'],
    outputs: ['output: T'],
    types: { T: anyType },
    attributes: { axis: int() },
    infer(call) {
      const axis = call.optionalInt('axis');
      const shape = call.shape(0);
      if (axis === undefined) return [{ shape: [undefined] }];
      return [{ shape: shape?.with(call.axis(axis, shape.length), undefined) }];
    },
  }),
  CumSum: operator({
    inputs: ['x: T', 'axis: I'],
    outputs: ['y: T'],
    types: { T: numeric, I: places },
    attributes: { exclusive: int(0), reverse: int(0) },
    infer: (call) => [{ shape: call.shape(0) }],
  }),
  Trilu: operator({
    inputs: ['input: T', 'k?: int64'],
    outputs: ['output: T'],
    types: { T: anyType },
    attributes: { upper: int(1) },
    infer: (call) => [{ shape: call.rankedAtLeast(0, 2) }],
  }),
  ReverseSequence: operator({
    inputs: ['input: T', 'sequence_lens: int64'],
    outputs: ['Y: T'],
    types: { T: anyType },
    attributes: { batch_axis: int(1), time_axis: int(0) },
    infer: (call) => [{ shape: call.rankedAtLeast(0, 2) }],
  }),
};
