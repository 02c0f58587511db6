import { Tensor } from 'onnxruntime-node';

/**
 * Rows of a tensor in another order: a row for each text that goes on, from the text that it continues.
 * @param tensor [text, …], float32
 * @param parents for each new row, the old one
 * @returns the tensor itself where nothing changes
 */
export function gatherRows(tensor: Tensor, parents: readonly number[]): Tensor {
  const [nRows = 0, ...rest] = tensor.dims;
  if (parents.length === nRows && parents.every((parent, row) => parent === row)) return tensor;
  const data = tensor.data as Float32Array;
  const size = rest.reduce((product, length) => product * length, 1);
  const gathered = new Float32Array(size * parents.length);
  parents.forEach((parent, row) => gathered.set(data.subarray(parent * size, (parent + 1) * size), row * size));
  return new Tensor('float32', gathered, [parents.length, ...rest]);
}
