import type { NhwcEmitter } from './emitter.js';
import type { Located, Operand } from './located.js';
import { paddingAttributes, type Padding } from './padding.js';

export interface PoolOptions {
  /** The window's [height, width]. */
  readonly size: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly padding: Padding;
}

/** The largest element of each window; what lies outside the image does not count. */
export function maxPool(emitter: NhwcEmitter, x: Operand, options: PoolOptions): Located {
  return pool(emitter, 'MaxPool', x, options);
}

/** The mean of each window over the elements that lie in the image, as TensorFlow counts them. */
export function averagePool(emitter: NhwcEmitter, x: Operand, options: PoolOptions): Located {
  return pool(emitter, 'AveragePool', x, options);
}

function pool(
  emitter: NhwcEmitter,
  operator: 'MaxPool' | 'AveragePool',
  x: Operand,
  { size, strides, padding }: PoolOptions,
): Located {
  const attributes = {
    kernel_shape: size,
    strides,
    ...paddingAttributes(x, { size, strides, padding, dilations: [1, 1] }),
  };
  return { value: emitter.op(operator, [emitter.channelsFirst(x)], attributes), layout: 'NCHW' };
}
