/** Row-major distances between neighbours along each axis, in elements. */
export function stridesOf(dims: readonly number[]): readonly number[] {
  const strides = new Array<number>(dims.length);
  let step = 1;
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= dims[axis]!;
  }
  return strides;
}

/** Strides under which a tensor of `dims` is read as if it had the wider shape: 0 where its one element repeats. */
export function broadcastStrides(dims: readonly number[], wide: readonly number[]): readonly number[] {
  const own = stridesOf(dims);
  const missing = wide.length - dims.length;
  return wide.map((_, axis) => (axis < missing || dims[axis - missing] === 1 ? 0 : own[axis - missing]!));
}

/**
 * Where each element of a result lies in its source, in the result's order.
 * @param dims    of the result
 * @param strides in the source along each axis of the result; may be 0 or negative
 * @param offset  of the result's first element
 */
export function sourceIndices(dims: readonly number[], strides: readonly number[], offset = 0): Uint32Array {
  const count = dims.reduce((product, length) => product * length, 1);
  const indices = new Uint32Array(count);
  const position = new Array<number>(dims.length).fill(0);
  let source = offset;
  for (let i = 0; i < count; i++) {
    indices[i] = source;
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      source += strides[axis]!;
      if (++position[axis]! < dims[axis]!) break;
      source -= strides[axis]! * dims[axis]!;
      position[axis] = 0;
    }
  }
  return indices;
}
