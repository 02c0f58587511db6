import { Tensor as OrtTensor } from 'onnxruntime-node';
import type { Lend } from '../tensors/join.js';
import { arrayTypes, isRuntimeElementType, tensor, type Tensor } from '../tensors/tensor.js';

/**
 * A tensor in the runtime's form, over the same memory. Shared memory is copied, as the runtime refuses it.
 * @param lend where to; new memory where it is left out
 */
export function toRuntime({ elementType, dims, data }: Tensor, lend: Lend = newMemory): OrtTensor {
  if (elementType === 'string') return new OrtTensor('string', [...data], dims);
  let own = data;
  if (!(data.buffer instanceof ArrayBuffer)) {
    const memory = new Uint8Array(lend(data.byteLength), 0, data.byteLength);
    memory.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    own = new arrayTypes[elementType](memory.buffer, 0, data.length);
  }
  // The compiler cannot follow which constructor takes which pair; each type of the table is one of the runtime's.
  return new OrtTensor(elementType as 'float32', own as Float32Array, dims);
}

const newMemory: Lend = (nBytes) => new ArrayBuffer(nBytes);

/**
 * A runtime's tensor in ours, over the same memory.
 * @throws Error for values that are no tensors or have no array
 */
export function fromRuntime(name: string, value: OrtTensor | undefined): Tensor {
  if (!value) throw new Error(`the runtime gave no ${name}`);
  const { type, dims } = value;
  if (!isRuntimeElementType(type)) throw new Error(`${name} has the element type ${type}`);
  if (type === 'string') return tensor('string', value.data as string[], dims);
  const data = value.data as ArrayBufferView<ArrayBuffer>;
  const ArrayType = arrayTypes[type];
  // Newer versions of Node give half precision as a Float16Array: the same bits.
  if (data instanceof ArrayType) return tensor(type, data, dims);
  return tensor(type, new ArrayType(data.buffer, data.byteOffset, data.byteLength / ArrayType.BYTES_PER_ELEMENT), dims);
}
