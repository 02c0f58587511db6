import type { AttributeValues } from '../builder/index.js';
import type { TensorData } from '../model.js';
import { Rng } from '../../random/rng.js';
import { booleans, float16, float32, integers, int32, int64, int8, scalar, uint8 } from '../tensor/create.js';
import type { OperatorName } from './table.js';

/** One node, with the inputs that the runtime is given. */
export interface OperatorCase {
  readonly op: OperatorName;
  readonly inputs: readonly (TensorData | undefined)[];
  readonly attributes?: AttributeValues;
  /** @default 1 */
  readonly outputs?: number;
  /** Inputs that are constants in the graph because shapes depend on them. */
  readonly fixed?: readonly number[];
  /** The size depends on the data. */
  readonly isOpen?: boolean;
  /** @default 17 */
  readonly opset?: number;
  /** A case of a rule that is easily got wrong. */
  readonly why?: string;
}

const rng = new Rng(3);

/** Numbers around 0, of which none is 0. */
export function numbers(...dims: readonly number[]): TensorData {
  const count = dims.reduce((product, length) => product * length, 1);
  return float32(
    dims,
    Float32Array.from({ length: count }, () => rng.float() * 4 - 2 || 1),
  );
}

/** Numbers between 0.1 and 1. */
function positive(...dims: readonly number[]): TensorData {
  const count = dims.reduce((product, length) => product * length, 1);
  return float32(
    dims,
    Float32Array.from({ length: count }, () => 0.1 + 0.9 * rng.float()),
  );
}

const one = (
  op: OperatorName,
  inputs: OperatorCase['inputs'],
  attributes: AttributeValues = {},
  more: Partial<OperatorCase> = {},
): OperatorCase => ({
  op,
  inputs,
  attributes,
  ...more,
});

const unaryNames = [
  'Neg', 'Abs', 'Sign', 'Exp', 'Floor', 'Ceil', 'Round', 'Erf', 'Sin', 'Cos', 'Tan', 'Atan', 'Sinh', 'Cosh', 'Asinh',
  'Reciprocal', 'Relu', 'Sigmoid', 'Tanh', 'Softplus', 'Softsign', 'HardSwish', 'LeakyRelu', 'Elu', 'Celu', 'Selu',
  'ThresholdedRelu', 'HardSigmoid', 'Identity', 'IsNaN', 'IsInf',
] as const; // prettier-ignore

const elementwise: readonly OperatorCase[] = [
  ...unaryNames.map((op) => one(op, [numbers(2, 3)])),
  ...(['Log', 'Sqrt', 'Asin', 'Acos', 'Atanh'] as const).map((op) => one(op, [positive(3)])),
  one('Acosh', [float32([2], [1.5, 2])]),
  one('Mish', [numbers(2)], {}, { opset: 18 }),
  one('Gelu', [numbers(2)], {}, { opset: 20 }),
  ...(['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Less', 'Greater', 'LessOrEqual', 'GreaterOrEqual', 'Equal'] as const).map(
    (op) => one(op, [positive(2, 1, 4), positive(3, 1)]),
  ),
  one('Add', [numbers(2, 3), numbers(2, 3)]),
  one('Add', [numbers(), numbers(2, 3)]),
  one('Mul', [numbers(1, 3), numbers(0, 3)], {}, { why: 'no rows' }),
  one('Add', [int64([2], [1, -2]), int64([], [3])]),
  one(
    'Div',
    [int32([4], [7, -7, 7, -7]), int32([4], [2, 2, -2, -2])],
    {},
    { why: 'whole numbers divide towards zero' },
  ),
  one('Mod', [int64([4], [7, -7, 7, -7]), int64([4], [3, 3, -3, -3])]),
  one('Mod', [numbers(3), numbers(3)], { fmod: 1 }),
  one('Round', [float32([6], [0.5, 1.5, 2.5, -0.5, -1.5, -2.5])], {}, { why: 'ties go to the even neighbour' }),
  ...(['And', 'Or', 'Xor'] as const).map((op) => one(op, [booleans([2, 2], [0, 0, 1, 1]), booleans([2], [0, 1])])),
  one('Not', [booleans([2], [0, 1])]),
  one('Where', [booleans([3, 1], [1, 0, 1]), numbers(2), numbers(1, 2)]),
  one('Min', [numbers(2, 3), numbers(3), numbers(2, 1)]),
  one('Max', [numbers(2, 3), numbers(3)]),
  one('Max', [numbers(2)]),
  one('Sum', [numbers(2, 3), numbers(1, 3), numbers(1)]),
  one('Mean', [numbers(2, 3), numbers(1, 3)]),
  one('PRelu', [numbers(1, 4, 2, 2), numbers(4, 1, 1)]),
  one('Clip', [numbers(5), scalar('float32', -1), scalar('float32', 1)]),
  one('Clip', [numbers(5), undefined, scalar('float32', 0.5)]),
  one('Clip', [numbers(5)], { min: -0.5, max: 0.5 }, { opset: 10 }),
  one('Relu', [float16([3], [-1, 0, 2])]),
  one('Cast', [float32([4], [1.9, -1.9, 0, 300])], { to: 6 }),
  one('Cast', [float32([3], [1.5, 0, -2])], { to: 9 }),
  one('Cast', [int64([2], [1, 5])], { to: 1 }),
  one('Cast', [numbers(2, 2)], { to: 10 }),
  one('CastLike', [numbers(2), int64([1], [0])]),
];

const convolution: readonly OperatorCase[] = [
  one('Conv', [numbers(1, 3, 8, 9), numbers(4, 3, 3, 3)]),
  one('Conv', [numbers(2, 3, 8, 9), numbers(4, 3, 3, 3), numbers(4)], { strides: [2, 2], pads: [1, 1, 1, 1] }),
  one('Conv', [numbers(1, 4, 9, 9), numbers(4, 1, 3, 3)], { group: 4, strides: [2, 2], pads: [0, 1, 1, 0] }),
  one('Conv', [numbers(1, 4, 9, 8), numbers(6, 2, 3, 2)], { group: 2, dilations: [2, 1] }),
  one('Conv', [numbers(1, 2, 9, 8), numbers(3, 2, 3, 3)], { auto_pad: 'SAME_UPPER', strides: [2, 2] }),
  one('Conv', [numbers(1, 2, 9, 8), numbers(3, 2, 3, 3)], { auto_pad: 'SAME_LOWER', strides: [2, 3] }),
  one('Conv', [numbers(1, 2, 9, 8), numbers(3, 2, 3, 3)], { auto_pad: 'VALID', strides: [2, 2] }),
  one('Conv', [numbers(2, 2, 10), numbers(3, 2, 4)], { strides: [3] }),
  one('Conv', [numbers(1, 1, 4, 5, 6), numbers(2, 1, 2, 3, 2)]),
  one('Conv', [numbers(1, 3, 5, 5), numbers(4, 3, 1, 1)], { kernel_shape: [1, 1] }),
  one('ConvTranspose', [numbers(1, 3, 4, 5), numbers(3, 2, 3, 3)], { strides: [2, 2] }),
  one('ConvTranspose', [numbers(1, 3, 4, 5), numbers(3, 2, 3, 3), numbers(2)], { strides: [2, 2], pads: [1, 1, 1, 1], output_padding: [1, 1] }),
  one('ConvTranspose', [numbers(1, 4, 4, 4), numbers(4, 2, 2, 2)], { group: 2, strides: [2, 2] }),
  one('ConvTranspose', [numbers(1, 3, 4, 5), numbers(3, 2, 3, 3)], { strides: [2, 2], auto_pad: 'SAME_UPPER' }),
  one('ConvTranspose', [numbers(1, 3, 4, 5), numbers(3, 2, 3, 3)], { strides: [2, 2], output_shape: [8, 11] }),
  one('ConvTranspose', [numbers(1, 3, 4), numbers(3, 2, 3)], { dilations: [2] }),
  one('ConvInteger', [uint8([1, 2, 4, 4], new Uint8Array(32)), uint8([3, 2, 3, 3], new Uint8Array(54)), scalar('uint8', 3)], { pads: [1, 1, 1, 1] }),
  one('QLinearConv', [
    uint8([1, 1, 4, 4], new Uint8Array(16)), scalar('float32', 0.1), scalar('uint8', 2), uint8([2, 1, 3, 3], new Uint8Array(18)),
    scalar('float32', 0.1), scalar('uint8', 1), scalar('float32', 0.2), scalar('uint8', 0), int32([2], [0, 1]),
  ]),
  one('MaxPool', [numbers(1, 2, 7, 8)], { kernel_shape: [2, 3], strides: [2, 2] }),
  one('MaxPool', [numbers(1, 2, 7, 8)], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }, { outputs: 2 }),
  one('MaxPool', [numbers(1, 2, 7, 8)], { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 }),
  one('MaxPool', [numbers(1, 1, 5, 5)], { kernel_shape: [1, 1], strides: [3, 3], ceil_mode: 1 }, { why: 'no window starts outside' }),
  one('MaxPool', [numbers(1, 1, 4, 4)], { kernel_shape: [2, 2], strides: [3, 3], ceil_mode: 1, pads: [0, 0, 1, 1] }),
  one('MaxPool', [numbers(1, 2, 9, 9)], { kernel_shape: [2, 2], dilations: [2, 3] }),
  one('MaxPool', [numbers(1, 2, 9, 9)], { kernel_shape: [2, 2], strides: [2, 2], auto_pad: 'SAME_UPPER' }),
  one('AveragePool', [numbers(1, 2, 7, 8)], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1], count_include_pad: 1 }),
  one('AveragePool', [numbers(1, 2, 6)], { kernel_shape: [4], strides: [3], ceil_mode: 1 }),
  one('AveragePool', [numbers(1, 2, 9)], { kernel_shape: [3], dilations: [2] }, { opset: 19 }),
  one('LpPool', [numbers(1, 2, 6, 6)], { kernel_shape: [2, 2] }),
  ...(['GlobalAveragePool', 'GlobalMaxPool', 'GlobalLpPool'] as const).map((op) => one(op, [numbers(2, 3, 4, 5)])),
]; // prettier-ignore

const normalisation: readonly OperatorCase[] = [
  ...(['Softmax', 'LogSoftmax', 'Hardmax'] as const).map((op) => one(op, [numbers(2, 3, 4)], { axis: 1 })),
  one('Softmax', [numbers(2, 3)]),
  one('Softmax', [numbers(2, 3, 4)], { axis: 1 }, { opset: 11 }),
  one('BatchNormalization', [numbers(2, 3, 4, 4), positive(3), numbers(3), numbers(3), positive(3)]),
  one('InstanceNormalization', [numbers(2, 3, 4, 4), positive(3), numbers(3)]),
  one('LayerNormalization', [numbers(2, 3, 4), numbers(4), numbers(4)], {}, { outputs: 3 }),
  one('LayerNormalization', [numbers(2, 3, 4), numbers(3, 4)], { axis: 1 }, { outputs: 3 }),
  one('LpNormalization', [numbers(2, 3)], { axis: 1 }),
  one('LRN', [numbers(1, 5, 3, 3)], { size: 3 }),
  one('Dropout', [numbers(2, 3)], {}, { outputs: 2 }),
  one('Dropout', [numbers(2, 3)], { ratio: 0.3 }, { opset: 10 }),
];

const matrix: readonly OperatorCase[] = [
  one('MatMul', [numbers(2, 3), numbers(3, 4)]),
  one('MatMul', [numbers(5, 1, 2, 3), numbers(4, 3, 6)]),
  one('MatMul', [numbers(3), numbers(3, 4)], {}, { why: 'a row' }),
  one('MatMul', [numbers(2, 5, 3), numbers(3)], {}, { why: 'a column' }),
  one('MatMul', [numbers(3), numbers(3)]),
  one('MatMulInteger', [uint8([2, 3], [1, 2, 3, 4, 5, 6]), int8([3, 2], [1, -1, 1, -1, 1, -1]), scalar('uint8', 1)]),
  one('QLinearMatMul', [
    uint8([2, 3], [1, 2, 3, 4, 5, 6]), scalar('float32', 0.1), scalar('uint8', 0), uint8([3, 2], [1, 2, 3, 4, 5, 6]),
    scalar('float32', 0.1), scalar('uint8', 0), scalar('float32', 0.1), scalar('uint8', 0),
  ]),
  one('Gemm', [numbers(2, 3), numbers(3, 4), numbers(4)]),
  one('Gemm', [numbers(3, 2), numbers(4, 3), numbers(2, 1)], { transA: 1, transB: 1, alpha: 0.5 }),
  one('Gemm', [numbers(2, 3), numbers(3, 4)]),
  one('Einsum', [numbers(2, 3, 4), numbers(4, 5)], { equation: 'bij,jk->bik' }),
  one('Einsum', [numbers(2, 3), numbers(3, 4)], { equation: 'ij,jk' }),
  one('Einsum', [numbers(2, 5, 3, 4), numbers(1, 5, 4, 2)], { equation: '...ij,...jk->...ik' }),
  one('Einsum', [numbers(3, 3)], { equation: 'ii->' }),
  one('Einsum', [numbers(2, 3)], { equation: 'ba' }, { why: 'letters of the result in the order of the alphabet' }),
  one('Det', [numbers(2, 3, 3)]),
]; // prettier-ignore

const shaping: readonly OperatorCase[] = [
  one('Reshape', [numbers(2, 3, 4), integers([6, 4])], {}, { fixed: [1] }),
  one('Reshape', [numbers(2, 3, 4), integers([0, -1])], {}, { fixed: [1] }),
  one('Reshape', [numbers(2, 3, 4), integers([-1, 2, 2])], {}, { fixed: [1] }),
  one('Reshape', [numbers(0, 3), integers([3, 0])], { allowzero: 1 }, { fixed: [1] }),
  one('Reshape', [numbers(4), integers([2, 2])], {}, { fixed: [1] }),
  one('Reshape', [numbers(1, 1), integers([])], {}, { fixed: [1] }),
  one('Squeeze', [numbers(1, 2, 1), integers([0, -1])], {}, { fixed: [1] }),
  one('Squeeze', [numbers(1, 2, 1)]),
  one('Squeeze', [numbers(1, 2, 1)], { axes: [2] }, { opset: 11 }),
  one('Unsqueeze', [numbers(2, 3), integers([0, 3])], {}, { fixed: [1] }),
  one('Unsqueeze', [numbers(2, 3), integers([-1])], {}, { fixed: [1] }),
  one('Unsqueeze', [numbers(2, 3), integers([-1, 0])], {}, { fixed: [1] }),
  one('Unsqueeze', [numbers(2, 3)], { axes: [1] }, { opset: 11 }),
  one('Flatten', [numbers(2, 3, 4)]),
  one('Flatten', [numbers(2, 3, 4)], { axis: 0 }),
  one('Flatten', [numbers(2, 3, 4)], { axis: -1 }),
  one('Transpose', [numbers(2, 3, 4)], { perm: [2, 0, 1] }),
  one('Transpose', [numbers(2, 3, 4)]),
  one('Shape', [numbers(2, 3, 4)]),
  one('Shape', [numbers(2, 3, 4)], { start: 1, end: -1 }),
  one('Shape', [numbers(2, 3, 4)], { start: -2 }),
  one('Size', [numbers(2, 3, 4)]),
  one('ConstantOfShape', [integers([2, 3])], {}, { fixed: [0] }),
  one('ConstantOfShape', [integers([2])], { value: int64([1], [7]) }, { fixed: [0] }),
  one('Constant', [], { value: float32([2], [1, 2]) }),
  one('Constant', [], { value_ints: [3, 4] }),
  one('Constant', [], { value_float: 0.5 }),
  one('Range', [scalar('int64', 2), scalar('int64', 11), scalar('int64', 3)], {}, { fixed: [0, 1, 2] }),
  one('Range', [scalar('int64', 5), scalar('int64', 0), scalar('int64', -2)], {}, { fixed: [0, 1, 2] }),
  one('Range', [scalar('float32', 0), scalar('float32', 1), scalar('float32', 0.25)], {}, { fixed: [0, 1, 2] }),
  one('EyeLike', [numbers(3, 4)], { k: 1 }),
];

const arranging: readonly OperatorCase[] = [
  one('Concat', [numbers(2, 3), numbers(2, 4)], { axis: 1 }),
  one('Concat', [numbers(2, 3), numbers(1, 3), numbers(0, 3)], { axis: -2 }),
  one('Split', [numbers(6, 2)], {}, { outputs: 3 }),
  one('Split', [numbers(2, 7), integers([2, 5])], { axis: 1 }, { outputs: 2, fixed: [1] }),
  one('Split', [numbers(2, 7)], { axis: 1, split: [3, 4] }, { outputs: 2, opset: 11 }),
  one('Split', [numbers(7, 2)], { num_outputs: 3 }, { outputs: 3, opset: 18, why: 'the last part is smaller' }),
  one('Slice', [numbers(5, 6), integers([1, 0]), integers([4, 6]), integers([0, 1]), integers([2, 3])], {}, { fixed: [1, 2, 3, 4] }),
  one('Slice', [numbers(5, 6), integers([-3]), integers([2 ** 31]), integers([-1])], {}, { fixed: [1, 2, 3] }),
  one('Slice', [numbers(5, 6), integers([10]), integers([-10]), integers([0]), integers([-2])], {}, { fixed: [1, 2, 3, 4], why: 'backwards' }),
  one('Slice', [numbers(5, 6), integers([3]), integers([1])], {}, { fixed: [1, 2], why: 'nothing is left' }),
  one('Slice', [numbers(5, 6), integers([0, 1]), integers([2, 3])], {}, { fixed: [1, 2] }),
  one('Slice', [numbers(5, 6)], { starts: [1], ends: [1000], axes: [1] }, { opset: 9 }),
  one('Pad', [numbers(2, 3), integers([0, 1, 2, 0])], {}, { fixed: [1] }),
  one('Pad', [numbers(2, 3), integers([0, -1, 0, -1])], {}, { fixed: [1] }),
  one('Pad', [numbers(4, 4), integers([1, 1, 1, 1])], { mode: 'reflect' }, { fixed: [1] }),
  one('Pad', [numbers(2, 3), integers([2, 1]), scalar('float32', 1), integers([1])], {}, { fixed: [1, 3], opset: 18 }),
  one('Pad', [numbers(2, 3)], { pads: [1, 0, 0, 1] }, { opset: 10 }),
  one('DepthToSpace', [numbers(1, 8, 2, 3)], { blocksize: 2 }),
  one('DepthToSpace', [numbers(1, 8, 2, 3)], { blocksize: 2, mode: 'CRD' }),
  one('SpaceToDepth', [numbers(1, 2, 4, 6)], { blocksize: 2 }),
  one('Expand', [numbers(3, 1), integers([2, 1, 4])], {}, { fixed: [1] }),
  one('Expand', [numbers(2, 3), integers([1])], {}, { fixed: [1] }),
  one('Tile', [numbers(2, 3), integers([2, 3])], {}, { fixed: [1] }),
  one('Resize', [numbers(1, 2, 4, 5), undefined, float32([4], [1, 1, 2, 1.5])], {}, { fixed: [2] }),
  one('Resize', [numbers(1, 2, 4, 5), undefined, undefined, integers([1, 2, 7, 3])], { mode: 'linear' }, { fixed: [3] }),
  one('Resize', [numbers(1, 2, 4, 5), undefined, undefined, integers([8, 8])], { axes: [2, 3] }, { fixed: [3], opset: 18 }),
  one('Resize', [numbers(1, 2, 4, 8), undefined, undefined, integers([6, 6])], { axes: [2, 3], keep_aspect_ratio_policy: 'not_larger' }, { fixed: [3], opset: 18 }),
  one('Resize', [numbers(1, 2, 4, 8), undefined, undefined, integers([6, 6])], { axes: [2, 3], keep_aspect_ratio_policy: 'not_smaller' }, { fixed: [3], opset: 18 }),
  one('Resize', [numbers(1, 2, 4, 5), float32([4], [1, 1, 0.5, 0.5])], {}, { fixed: [1], opset: 10 }),
  one('Upsample', [numbers(1, 2, 4, 5), float32([4], [1, 1, 2, 3])], {}, { fixed: [1], opset: 9 }),
]; // prettier-ignore

const indexing: readonly OperatorCase[] = [
  one('Gather', [numbers(4, 3), int64([2, 2], [0, -1, 2, 3])]),
  one('Gather', [numbers(4, 3), scalar('int64', 1)], { axis: 1 }),
  one('Gather', [int64([4], [5, 6, 7, 8]), integers([3, 1])]),
  one('GatherElements', [numbers(3, 3), int64([2, 3], [0, 1, 2, 2, 1, 0])]),
  one('GatherND', [numbers(2, 3, 4), int64([2, 2], [0, 1, 1, 2])]),
  one('GatherND', [numbers(2, 3, 4), int64([2, 1], [1, 2])], { batch_dims: 1 }),
  one('ScatterND', [numbers(4, 3), int64([2, 1], [1, 3]), numbers(2, 3)]),
  one('ScatterElements', [numbers(3, 3), int64([1, 3], [0, 1, 2]), numbers(1, 3)]),
  one('OneHot', [int64([3], [0, 2, 1]), scalar('int64', 4), float32([2], [0, 1])], {}, { fixed: [1] }),
  one('OneHot', [int64([2, 3], [0, 2, 1, 1, 1, 0]), integers([3]), float32([2], [0, 1])], { axis: 1 }, { fixed: [1] }),
  one('NonZero', [int32([2, 3], [1, 0, 2, 0, 0, 3])], {}, { isOpen: true }),
  one('Compress', [numbers(3, 2), booleans([3], [1, 0, 1])], { axis: 0 }, { isOpen: true }),
  one('Compress', [numbers(3, 2), booleans([5], [1, 0, 1, 0, 1])], {}, { isOpen: true }),
  one('CumSum', [numbers(2, 3), scalar('int64', 1)]),
  one('Trilu', [numbers(3, 4)], { upper: 0 }),
  one('ReverseSequence', [numbers(4, 2), int64([2], [3, 4])]),
  one('TopK', [numbers(3, 5), integers([2])], { axis: -1 }, { outputs: 2, fixed: [1] }),
  one('TopK', [numbers(5)], { k: 3 }, { outputs: 2, opset: 9 }),
  one('NonMaxSuppression', [
    float32([1, 3, 4], [0, 0, 1, 1, 0, 0, 1, 1.1, 2, 2, 3, 3]), float32([1, 1, 3], [0.9, 0.8, 0.7]),
    integers([3]), float32([1], [0.5]), float32([1], [0.1]),
  ], {}, { isOpen: true }),
]; // prettier-ignore

const reduction: readonly OperatorCase[] = [
  ...([
    'ReduceMean', 'ReduceMax', 'ReduceMin', 'ReduceProd', 'ReduceL1', 'ReduceL2', 'ReduceSumSquare', 'ReduceLogSumExp',
  ] as const).flatMap((op) => [
    one(op, [numbers(2, 3, 4)], { axes: [0, 2], keepdims: 0 }),
    one(op, [numbers(2, 3, 4)], { axes: [-1] }),
    one(op, [numbers(2, 3)]),
    one(op, [numbers(2, 3, 4), integers([1])], {}, { opset: 18, fixed: [1] }),
  ]),
  one('ReduceLogSum', [positive(2, 3)], { axes: [1] }),
  one('ReduceSum', [numbers(2, 3, 4), integers([1])], { keepdims: 0 }, { fixed: [1] }),
  one('ReduceSum', [numbers(2, 3, 4)], { keepdims: 0 }),
  one('ReduceSum', [numbers(2, 3, 4)], { noop_with_empty_axes: 1 }),
  one('ReduceSum', [numbers(2, 3, 4)], { axes: [1] }, { opset: 11 }),
  one('ReduceProd', [int64([3], [2, 3, 4])], { keepdims: 0 }),
  one('ReduceMax', [int64([3], [2, 9, 4])], { axes: [0] }),
  one('ArgMax', [numbers(2, 3, 4)], { axis: 1 }),
  one('ArgMin', [numbers(2, 3, 4)], { axis: -1, keepdims: 0 }),
]; // prettier-ignore

const quantisation: readonly OperatorCase[] = [
  one('QuantizeLinear', [numbers(2, 3), scalar('float32', 0.1), scalar('int8', 0)]),
  one('QuantizeLinear', [numbers(2, 3), scalar('float32', 0.1)]),
  one('QuantizeLinear', [numbers(2, 3), float32([3], [0.1, 0.2, 0.3]), uint8([3], [1, 2, 3])], { axis: 1 }),
  one('DequantizeLinear', [uint8([2, 2], [1, 2, 3, 4]), scalar('float32', 0.1), scalar('uint8', 2)]),
  one('DequantizeLinear', [int8([2, 2], [1, 2, 3, 4]), float32([2], [0.1, 1])], { axis: 0 }),
  one('DequantizeLinear', [int32([2], [1, 2]), scalar('float32', 0.1)]),
  one('DynamicQuantizeLinear', [numbers(2, 3)], {}, { outputs: 3 }),
];

const recurrent: readonly OperatorCase[] = [
  one('LSTM', [numbers(5, 2, 3), numbers(1, 16, 3), numbers(1, 16, 4)], { hidden_size: 4 }, { outputs: 3 }),
  one('LSTM', [numbers(5, 2, 3), numbers(2, 16, 3), numbers(2, 16, 4), numbers(2, 32)], { hidden_size: 4, direction: 'bidirectional' }, { outputs: 3 }),
  one('GRU', [numbers(5, 2, 3), numbers(1, 12, 3), numbers(1, 12, 4)], { hidden_size: 4, direction: 'reverse' }, { outputs: 2 }),
  one('RNN', [numbers(5, 2, 3), numbers(1, 4, 3), numbers(1, 4, 4)], { hidden_size: 4 }, { outputs: 2 }),
]; // prettier-ignore

/** The shape of every output of these is compared with what onnxruntime computes. */
export const operatorCases: readonly OperatorCase[] = [
  ...elementwise,
  ...convolution,
  ...normalisation,
  ...matrix,
  ...shaping,
  ...arranging,
  ...indexing,
  ...reduction,
  ...quantisation,
  ...recurrent,
];
