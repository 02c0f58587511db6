import type { TensorData } from '../../graph/model.js';
import { binary } from './elementwise.js';
import { staticShapeOf, type NhwcEmitter } from './emitter.js';
import { isConstant, rankOf, type Located, type Operand } from './located.js';
import { permuteConstant, reshapeConstant } from './permute.js';
import { emitReshape } from './shape.js';

export interface MatrixProductOptions {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  /** Added to each row of the product. */
  readonly bias?: Operand;
}

/**
 * The product of two matrices, or of each pair of a batch of them.
 *
 * @param a [..., rows, inner], or [..., inner, rows] with `transposeA`
 * @param b [..., inner, columns], or [..., columns, inner] with `transposeB`
 */
export function matMul(emitter: NhwcEmitter, a: Operand, b: Operand, options: MatrixProductOptions = {}): Located {
  const { transposeA = false, transposeB = false, bias } = options;
  if (rankOf(a) === 2 && rankOf(b) === 2) return product(emitter, a, b, options);
  const left = transposeA ? swapLast(emitter, a) : emitter.plain(a);
  const right = transposeB ? swapLast(emitter, b) : emitter.plain(b);
  const result: Located = { value: emitter.op('MatMul', [left, right]), layout: 'plain' };
  return bias === undefined ? result : binary(emitter, 'Add', result, bias);
}

function product(emitter: NhwcEmitter, a: Operand, b: Operand, options: MatrixProductOptions): Located {
  const { transposeA = false, transposeB = false, bias } = options;
  const direct = !transposeA && !transposeB ? flattenedProduct(emitter, a, b) : undefined;
  const [left, right] = direct ?? [emitter.plain(a), emitter.plain(b)];
  const addend = bias === undefined ? undefined : vectorBias(emitter, bias);
  const attributes = { ...(transposeA ? { transA: 1 } : {}), ...(transposeB ? { transB: 1 } : {}) };
  const value =
    addend === undefined && !transposeA && !transposeB
      ? emitter.op('MatMul', [left, right])
      : emitter.op('Gemm', addend === undefined ? [left, right] : [left, right, addend], attributes);
  const result: Located = { value, layout: 'plain' };
  return bias === undefined || addend !== undefined ? result : binary(emitter, 'Add', result, bias);
}

/**
 * Where the left side is a flattened image, the matrix's rows are put in the order of channels first instead of the
 * image in that of channels last.
 */
function flattenedProduct(
  emitter: NhwcEmitter,
  a: Operand,
  b: Operand,
): [Located['value'], Located['value']] | undefined {
  if (isConstant(a) || a.layout !== 'plain' || !isConstant(b)) return undefined;
  const origin = emitter.originOf(a.value);
  if (origin?.kind !== 'flattened') return undefined;
  const [height, width, channels] = origin.lengths;
  const [rows, columns] = b.dims;
  if (rows !== height * width * channels || columns === undefined) return undefined;
  const flat = emitReshape(emitter, origin.source, [-1, rows]);
  const key = `rows of ${height} x ${width}`;
  return [flat, emitter.arranged(b, key, () => channelsFirstRows(b, [height, width, channels, columns]))];
}

function channelsFirstRows(matrix: TensorData, lengths: readonly number[]): TensorData {
  return reshapeConstant(permuteConstant(reshapeConstant(matrix, lengths), [2, 0, 1, 3]), matrix.dims);
}

/** A bias that Gemm may broadcast to every row; undefined for other shapes. */
function vectorBias(emitter: NhwcEmitter, bias: Operand): Located['value'] | undefined {
  const shape = staticShapeOf(bias);
  return shape !== undefined && shape.length <= 1 ? emitter.plain(bias) : undefined;
}

function swapLast(emitter: NhwcEmitter, x: Operand): Located['value'] {
  const rank = emitter.fixedRank(x);
  const perm = Array.from({ length: rank }, (_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis));
  if (isConstant(x)) return emitter.arranged(x, 'swapped', () => permuteConstant(x, perm));
  return emitter.op('Transpose', [emitter.plain(x)], { perm });
}
