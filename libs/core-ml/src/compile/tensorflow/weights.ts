import type { ElementType, TensorData } from '../../graph/model.js';
import { fromFloat16 } from '../../graph/tensor/float16.js';
import { SourceModelError } from '../errors.js';
import type { WeightEntry, WeightGroup } from './manifest.js';

/**
 * Reads the weights of a TensorFlow.js model by name, quantised ones as the float32 or int32 that they stand for.
 * Where a group has one file and a weight is stored in full, its tensor is a view of that file, not a copy; the views
 * need not be aligned to their element size.
 *
 * @param groups the parsed manifest
 * @param fileOf the bytes of the file that a manifest path names
 * @throws SourceModelError where files are shorter or longer than the manifest says, or a name occurs twice
 */
export function readWeights(
  groups: readonly WeightGroup[],
  fileOf: (path: string) => Uint8Array,
): Map<string, TensorData> {
  const tensors = new Map<string, TensorData>();
  for (const group of groups) {
    const bytes = concatenate(group.paths.map(fileOf));
    let offset = 0;
    for (const entry of group.weights) {
      if (tensors.has(entry.name)) throw new SourceModelError(`the weight '${entry.name}' occurs twice`);
      const length = storedLength(entry, bytes, offset);
      if (offset + length > bytes.length) {
        throw new SourceModelError(
          `the weight '${entry.name}' ends at byte ${offset + length}, its files (${group.paths.join(', ')}) at ${bytes.length}`,
        );
      }
      tensors.set(entry.name, decodeWeight(entry, bytes.subarray(offset, offset + length)));
      offset += length;
    }
    if (offset !== bytes.length) {
      throw new SourceModelError(
        `the files ${group.paths.join(', ')} hold ${bytes.length} bytes, the manifest describes ${offset}`,
      );
    }
  }
  return tensors;
}

function concatenate(files: readonly Uint8Array[]): Uint8Array {
  const [only] = files;
  if (files.length === 1 && only !== undefined) return only;
  const whole = new Uint8Array(files.reduce((sum, file) => sum + file.length, 0));
  let offset = 0;
  for (const file of files) {
    whole.set(file, offset);
    offset += file.length;
  }
  return whole;
}

const bytesPerElement = { float32: 4, int32: 4, bool: 1, uint8: 1, uint16: 2, float16: 2 } as const;

function storedLength(entry: WeightEntry, bytes: Uint8Array, offset: number): number {
  const count = elementCount(entry);
  if (entry.dtype === 'string') return stringsLength(entry, count, bytes, offset);
  return count * bytesPerElement[entry.quantization?.dtype ?? entry.dtype];
}

function elementCount({ name, shape }: WeightEntry): number {
  const count = shape.reduce((product, length) => product * length, 1);
  if (!Number.isSafeInteger(count * 8)) throw new SourceModelError(`the weight '${name}' is too large`);
  return count;
}

function decodeWeight(entry: WeightEntry, stored: Uint8Array): TensorData {
  const { dtype, quantization, shape } = entry;
  if (dtype === 'string') return { elementType: 'string', dims: shape, content: readStrings(stored) };
  const elementType: ElementType = dtype;
  const bytes = quantization === undefined ? stored : dequantize(entry, stored);
  return { elementType, dims: shape, content: { kind: 'bytes', bytes } };
}

/** tfjs-core rounds to the nearest integer where the weight is an int32, halves upwards. */
function dequantize({ dtype, quantization }: WeightEntry, stored: Uint8Array): Uint8Array {
  if (quantization === undefined) return stored;
  const size = bytesPerElement[quantization.dtype];
  const view = new DataView(stored.buffer, stored.byteOffset, stored.byteLength);
  const count = stored.length / size;
  if (quantization.dtype === 'float16') {
    const values = new Float32Array(count);
    for (let i = 0; i < count; i++) values[i] = fromFloat16(view.getUint16(2 * i, true));
    return bytesOf(values);
  }
  const { scale, min } = quantization;
  const values = dtype === 'int32' ? new Int32Array(count) : new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const quantized = size === 1 ? view.getUint8(i) : view.getUint16(2 * i, true);
    const value = quantized * scale + min;
    values[i] = dtype === 'int32' ? Math.round(value) : value;
  }
  return bytesOf(values);
}

function bytesOf(values: Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** Each string is stored as its length in bytes (uint32, little-endian) and its UTF-8 bytes. */
function stringsLength({ name }: WeightEntry, count: number, bytes: Uint8Array, offset: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = offset;
  for (let i = 0; i < count; i++) {
    if (end + 4 > bytes.length) throw new SourceModelError(`the weight '${name}' is cut off within its strings`);
    end += 4 + view.getUint32(end, true);
  }
  return end - offset;
}

function readStrings(stored: Uint8Array): TensorData['content'] {
  const view = new DataView(stored.buffer, stored.byteOffset, stored.byteLength);
  const decoder = new TextDecoder();
  const strings: string[] = [];
  for (let at = 0; at < stored.length;) {
    const start = at + 4;
    at = start + view.getUint32(at, true);
    strings.push(decoder.decode(stored.subarray(start, at)));
  }
  return { kind: 'strings', strings };
}
