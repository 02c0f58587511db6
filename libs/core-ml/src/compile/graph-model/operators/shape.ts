import { int32, tensor } from '../../../graph/tensor/create.js';
import type { TensorData } from '../../../graph/model.js';
import {
  concat,
  elementTypeOf,
  expandDims,
  isConstant,
  pad,
  reshape,
  shapeList,
  shapeOf,
  slice,
  split,
  squeeze,
  stack,
  tile,
  transpose,
  unstack,
  wide,
  type Located,
  type Operand,
} from '../../emit/index.js';
import { SourceModelError, UnsupportedUseError } from '../../errors.js';
import type { ConverterCall, ConverterTable } from '../converter.js';
import { depthToSpace, spaceToBatch, batchToSpace } from './space.js';
import { stridedSlice } from './strided-slice.js';

/** Changes of shape and order, and tensors made from shapes. */
export const shapes: ConverterTable = {
  Reshape: (call) => reshape(call.emitter, call.input(0), call.input(1)),
  Squeeze: (call) => {
    const axes = call.attributes.integers('squeeze_dims');
    return squeeze(call.emitter, call.input(0), axes.length > 0 ? axes : call.attributes.integers('axis'));
  },
  ExpandDims: (call) => expandDims(call.emitter, call.input(0), call.number(1, 'the axis')),
  Transpose: (call) => transpose(call.emitter, call.input(0), call.numbers(1, 'the order of axes')),
  ConcatV2: (call) => joined(call, call.inputs.slice(0, -1), call.inputs.length - 1),
  Concat: (call) => joined(call, call.inputs.slice(1), 0),
  Pack: (call) => stack(call.emitter, call.inputs, call.attributes.integer('axis', 0)),
  Unpack: (call) => unstack(call.emitter, call.input(0), call.attributes.integer('axis', 0)),
  Split: (call) => {
    const parts = call.attributes.integer('num_split', 1);
    const axis = call.axis(0, call.input(1));
    const length = shapeOf(call.input(1))?.[axis];
    if (typeof length !== 'number' || length % parts !== 0) {
      throw new UnsupportedUseError(`${parts} equal parts of a length of ${length ?? 'unknown size'}`);
    }
    return split(
      call.emitter,
      call.input(1),
      axis,
      Array.from({ length: parts }, () => length / parts),
    );
  },
  SplitV: splitBySizes,
  Slice: sliceBySizes,
  StridedSlice: stridedSlice,
  Pad: padded,
  PadV2: padded,
  MirrorPad: (call) => {
    const mode = call.attributes.text('mode', 'REFLECT');
    if (mode !== 'REFLECT') throw new UnsupportedUseError(`mode ${mode}`);
    return pad(call.emitter, call.input(0), paddingsOf(call), { mode: 'reflect' });
  },
  Tile: (call) => tile(call.emitter, call.input(0), call.numbers(1, 'the repeats')),
  BroadcastTo: (call) => expanded(call, call.input(0), call.input(1)),
  ReverseV2: reversed,
  SpaceToDepth: depthToSpace,
  DepthToSpace: depthToSpace,
  SpaceToBatchND: spaceToBatch,
  BatchToSpaceND: batchToSpace,

  Shape: (call) => listOf(shapeList(call.emitter, call.input(0))),
  Rank: (call) => int32([], [call.emitter.fixedRank(call.input(0))]),
  Size: (call) => ({ value: call.emitter.cast(sizeOf(call), 'int32'), layout: 'plain' }),
  Fill: (call) => expanded(call, call.input(1), call.input(0)),
  ZerosLike: (call) => filledLike(call, 0),
  OnesLike: (call) => filledLike(call, 1),
  Range: (call) => {
    const inputs = [0, 1, 2].map((index) => call.emitter.plain(call.input(index)));
    return { value: call.emitter.op('Range', inputs), layout: 'plain' };
  },
  Cast: (call) => {
    const x = call.input(0);
    const to = call.attributes.elementType('DstT') ?? elementTypeOf(x);
    if (isConstant(x)) return { value: call.emitter.cast(call.emitter.plain(x), to), layout: 'plain' };
    return { value: call.emitter.cast(x.value, to), layout: x.layout };
  },
};

function joined(call: ConverterCall, parts: readonly Operand[], axisInput: number): Operand {
  const axis = call.number(axisInput, 'the axis');
  return concat(call.emitter, parts, axis);
}

function splitBySizes(call: ConverterCall): readonly Operand[] {
  const x = call.input(0);
  const axis = call.axis(2, x);
  const sizes = call.numbers(1, 'the sizes');
  const length = shapeOf(x)?.[axis];
  const known = sizes.reduce((sum, size) => sum + Math.max(size, 0), 0);
  if (sizes.includes(-1) && typeof length !== 'number')
    throw new UnsupportedUseError('the size that follows is not known');
  return split(
    call.emitter,
    x,
    axis,
    sizes.map((size) => (size === -1 ? Number(length) - known : size)),
  );
}

function sliceBySizes(call: ConverterCall): Operand {
  const begin = call.numbers(1, 'the beginning');
  const size = call.numbers(2, 'the size');
  if (begin.length !== size.length) throw new SourceModelError(`node '${call.node.name}': as many beginnings as sizes`);
  const shape = shapeOf(call.input(0));
  const ranges = begin.flatMap((start, axis) => {
    const toEnd = size[axis] === -1;
    if (start === 0 && (toEnd || size[axis] === shape?.[axis])) return [];
    return [{ axis, start, end: toEnd ? 2 ** 31 - 1 : start + size[axis]!, step: 1 }];
  });
  return slice(call.emitter, call.input(0), ranges);
}

function padded(call: ConverterCall): Operand {
  const value = call.inputs.length > 2 ? call.number(2, 'the value') : 0;
  return pad(call.emitter, call.input(0), paddingsOf(call), { value });
}

function paddingsOf(call: ConverterCall): (readonly [number, number])[] {
  const flat = call.numbers(1, 'the paddings');
  return Array.from({ length: flat.length / 2 }, (_, axis) => [flat[2 * axis]!, flat[2 * axis + 1]!] as const);
}

function reversed(call: ConverterCall): Operand {
  const axes = call.numbers(1, 'the axes');
  const rank = call.emitter.fixedRank(call.input(0));
  const ranges = axes.map((axis) => {
    return { axis: axis < 0 ? axis + rank : axis, start: -1, end: -(2 ** 31 - 1), step: -1 };
  });
  return slice(call.emitter, call.input(0), ranges);
}

function expanded(call: ConverterCall, x: Operand, shape: Operand): Operand {
  const { emitter } = call;
  return { value: emitter.op('Expand', [emitter.plain(x), wide(emitter, shape)]), layout: 'plain' };
}

function sizeOf(call: ConverterCall): Located['value'] {
  const x = call.input(0);
  return call.emitter.op('Size', [isConstant(x) ? call.emitter.plain(x) : x.value]);
}

function filledLike(call: ConverterCall, element: number): Operand {
  const { emitter } = call;
  const x = call.input(0);
  // The order of axes does not show where all elements are equal, but the shape must be in x's own order.
  const layout = isConstant(x) ? 'plain' : x.layout;
  const shape = emitter.op('Shape', [emitter.inLayout(x, layout)]);
  const value = emitter.op('ConstantOfShape', [shape], { value: tensor(elementTypeOf(x), [1], [element]) });
  return { value, layout };
}

function listOf(shape: Located | readonly number[]): Located | TensorData {
  return 'value' in shape ? shape : int32([shape.length], shape);
}
