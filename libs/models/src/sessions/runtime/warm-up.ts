import type { BatchAxes } from '../batch-axes.js';
import type { ValueDescription } from '../signature.js';
import { zeros, type NamedTensors, type Tensor } from '../tensors/tensor.js';

/** Feeds that get larger than this are not made of zeros: named lengths multiply, and a guess must not fill the memory. */
const MAX_ELEMENTS = 64 * 1024 * 1024;

/**
 * Feeds of zeros for a model's inputs.
 * @param dims lengths by name; others are 1
 * @param rows length of the batch axes, where there are any
 * @throws RangeError where an input would get too large
 */
export function warmUpFeeds(
  inputs: readonly ValueDescription[],
  dims: Readonly<Record<string, number>>,
  axes: BatchAxes | undefined,
  rows: number,
): NamedTensors {
  const feeds: Record<string, Tensor> = {};
  for (const { name, elementType, shape } of inputs) {
    const lengths = (shape ?? []).map((length, axis) => {
      if (axes?.inputs.get(name) === axis) return rows;
      if (typeof length === 'number') return length;
      return length !== undefined && Object.hasOwn(dims, length) ? dims[length]! : 1;
    });
    const total = lengths.reduce((product, length) => product * length, 1);
    if (!(total <= MAX_ELEMENTS)) throw new RangeError(`${name} would have ${total} elements`);
    feeds[name] = zeros(elementType, lengths);
  }
  return feeds;
}
