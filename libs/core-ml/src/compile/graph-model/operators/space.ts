import { pad, reshape, shapeOf, slice, transpose, type Operand } from '../../emit/index.js';
import { UnsupportedUseError } from '../../errors.js';
import type { ConverterCall } from '../converter.js';

/** Blocks of pixels become channels, or back; ONNX's default order of a block's pixels is TensorFlow's. */
export function depthToSpace(call: ConverterCall): Operand {
  call.requireChannelsLast();
  const blocksize = call.attributes.integer('block_size', 1);
  const operator = call.node.operator === 'DepthToSpace' ? 'DepthToSpace' : 'SpaceToDepth';
  return {
    value: call.emitter.op(operator, [call.emitter.channelsFirst(call.input(0))], { blocksize }),
    layout: 'NCHW',
  };
}

/** Moves each pixel of a block (after padding) into the batch: how older TensorFlow writes dilated convolutions. */
export function spaceToBatch(call: ConverterCall): Operand {
  const { emitter } = call;
  const [rows, columns, [top, bottom], [left, right]] = blocks(call);
  const x = pad(emitter, call.input(0), [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ]);
  const [height, width, channels] = pixels(x);
  const parts = reshape(emitter, x, [-1, height / rows, rows, width / columns, columns, channels]);
  const moved = transpose(emitter, parts, [2, 4, 0, 1, 3, 5]);
  return reshape(emitter, moved, [-1, height / rows, width / columns, channels]);
}

/** Undoes `spaceToBatch`, cutting off what it padded. */
export function batchToSpace(call: ConverterCall): Operand {
  const { emitter } = call;
  const [rows, columns, [top, bottom], [left, right]] = blocks(call);
  const x = call.input(0);
  const [height, width, channels] = pixels(x);
  const parts = reshape(emitter, x, [rows, columns, -1, height, width, channels]);
  const moved = transpose(emitter, parts, [2, 3, 0, 4, 1, 5]);
  const whole = reshape(emitter, moved, [-1, height * rows, width * columns, channels]);
  return slice(emitter, whole, [
    { axis: 1, start: top, end: height * rows - bottom, step: 1 },
    { axis: 2, start: left, end: width * columns - right, step: 1 },
  ]);
}

type Blocks = readonly [number, number, readonly [number, number], readonly [number, number]];

function blocks(call: ConverterCall): Blocks {
  const sizes = call.numbers(1, 'the block');
  const borders = call.numbers(2, 'the borders');
  const [rows, columns] = sizes;
  const [top, bottom, left, right] = borders;
  if (sizes.length !== 2 || borders.length !== 4) throw new UnsupportedUseError(`blocks of ${sizes.length} axes`);
  return [rows!, columns!, [top!, bottom!], [left!, right!]];
}

function pixels(x: Operand): [number, number, number] {
  const [, height, width, channels] = shapeOf(x) ?? [];
  if (typeof height !== 'number' || typeof width !== 'number' || typeof channels !== 'number') {
    throw new UnsupportedUseError('the size of the image is not known');
  }
  return [height, width, channels];
}
