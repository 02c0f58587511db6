import type { NamedTensors, Tensor } from './tensor.js';

/**
 * Takes tensors over from a caller, so that nothing the caller does later changes them. Memory is moved, not copied: the
 * caller's arrays are empty afterwards. Views of a part of a buffer are copied, since a move would take their neighbours
 * along; shared memory is used where it lies.
 * @param keep copy instead, and leave the caller's arrays as they are
 */
export function takeTensors(feeds: NamedTensors, keep: boolean): NamedTensors {
  const taken: Record<string, Tensor> = {};
  // One array under two names is moved once.
  const moved = new Map<unknown, unknown>();
  for (const [name, given] of Object.entries(feeds)) {
    let data = moved.get(given.data);
    if (data === undefined) moved.set(given.data, (data = keep ? given.data.slice() : move(given.data)));
    // The new array is of the old one's kind.
    taken[name] = { ...given, data } as Tensor;
  }
  return taken;
}

function move(data: Tensor['data']): Tensor['data'] {
  if (!ArrayBuffer.isView(data)) return data.slice();
  const { buffer } = data;
  if (!(buffer instanceof ArrayBuffer)) return data;
  if (data.byteLength !== buffer.byteLength || buffer.byteLength === 0) return data.slice();
  try {
    return structuredClone(data, { transfer: [buffer] });
  } catch {
    // Some memory cannot change its owner: WebAssembly's, and Node's own pools.
    return data.slice();
  }
}

/** The buffers that a message may carry over instead of copying. */
export function buffersOf(tensors: Iterable<Tensor>): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  for (const { data } of tensors)
    if (ArrayBuffer.isView(data) && data.buffer instanceof ArrayBuffer) buffers.add(data.buffer);
  return [...buffers];
}
