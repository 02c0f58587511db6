import type { Dimension } from '../model.js';
import { float, floating, int, numeric, operator, required, type Inferred } from './definition.js';
import { broadcastDimension, conflict, mayEqual, writtenShape } from './dimensions.js';
import type { Shape } from './known.js';
import type { NodeCall } from './node-call.js';
import { inferEinsum } from './einsum.js';

/** numpy.matmul: one-dimensional operands are a row or a column that the result does not keep. */
function inferProduct(call: NodeCall, left: number, right: number): Inferred[] {
  const a = call.rankedAtLeast(left, 1);
  const b = call.rankedAtLeast(right, 1);
  if (a === undefined || b === undefined) return [{ shape: undefined }];
  const inner = a.at(-1);
  const outer = b.length === 1 ? b[0] : b.at(-2);
  if (!mayEqual(inner, outer)) {
    call.fail(`${call.describe(left)} and ${call.describe(right)} do not multiply (${inner} against ${outer}).`);
  }
  const rows = a.length === 1 ? [] : [a.at(-2)];
  const columns = b.length === 1 ? [] : [b.at(-1)];
  return [{ shape: [...batchOf(call, a.slice(0, -2), b.slice(0, -2), left, right), ...rows, ...columns] }];
}

function batchOf(call: NodeCall, a: Shape, b: Shape, left: number, right: number): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis): Dimension => {
    const own = (shape: Shape): Dimension => (axis < rank - shape.length ? 1 : shape[axis - (rank - shape.length)]);
    const dimension = broadcastDimension(own(a), own(b));
    if (dimension !== conflict) return dimension;
    return call.fail(`the leading axes of ${call.describe(left)} and ${call.describe(right)} do not broadcast.`);
  });
}

function inferGemm(call: NodeCall): Inferred[] {
  const a = call.ranked(0, 2);
  const b = call.ranked(1, 2);
  const [rows, inner] = call.flag('transA') ? [a?.[1], a?.[0]] : [a?.[0], a?.[1]];
  const [outer, columns] = call.flag('transB') ? [b?.[1], b?.[0]] : [b?.[0], b?.[1]];
  if (!mayEqual(inner, outer))
    call.fail(`${call.describe(0)} and ${call.describe(1)} do not multiply (${inner} against ${outer}).`);
  const shape = [rows, columns];
  const bias = call.has(2) ? call.shape(2) : undefined;
  if (bias !== undefined) {
    const fits =
      bias.length <= 2 && bias.every((length, i) => length === 1 || mayEqual(length, shape[2 - bias.length + i]));
    if (!fits) call.fail(`${call.describe(2)} does not broadcast to ${writtenShape(shape)}.`);
  }
  return [{ shape }];
}

const bytes = ['int8', 'uint8'] as const;

export const matrix = {
  MatMul: operator({
    inputs: ['A: T', 'B: T'],
    outputs: ['Y: T'],
    types: { T: numeric },
    attributes: {},
    infer: (call) => inferProduct(call, 0, 1),
  }),
  MatMulInteger: operator({
    inputs: ['A: A', 'B: B', 'a_zero_point?: A', 'b_zero_point?: B'],
    outputs: ['Y: int32'],
    types: { A: bytes, B: bytes },
    attributes: {},
    infer: (call) => inferProduct(call, 0, 1),
  }),
  QLinearMatMul: operator({
    inputs: [
      'a: A',
      'a_scale: float32',
      'a_zero_point: A',
      'b: B',
      'b_scale: float32',
      'b_zero_point: B',
      'y_scale: float32',
      'y_zero_point: Y',
    ],
    outputs: ['y: Y'],
    types: { A: bytes, B: bytes, Y: bytes },
    attributes: {},
    infer: (call) => inferProduct(call, 0, 3),
  }),
  Gemm: operator({
    inputs: ['A: T', 'B: T', 'C?: T'],
    outputs: ['Y: T'],
    types: { T: numeric },
    attributes: { alpha: float(1), beta: float(1), transA: int(0), transB: int(0), broadcast: int(0, { until: 6 }) },
    infer: inferGemm,
  }),
  Einsum: operator({
    inputs: ['...Inputs: T'],
    outputs: ['Output: T'],
    types: { T: numeric },
    attributes: { equation: required('string') },
    infer: inferEinsum,
  }),
  Det: operator({
    inputs: ['X: T'],
    outputs: ['Y: T'],
    types: { T: floating },
    attributes: {},
    infer: (call) => [{ shape: call.rankedAtLeast(0, 2)?.slice(0, -2) }],
  }),
};
