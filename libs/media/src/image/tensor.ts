import type { Image } from './image.js';

export interface TensorOptions {
  /** `NCHW`: planes of one channel, as ONNX networks want it; `NHWC`: pixel by pixel, as TensorFlow's do. */
  readonly layout: 'NCHW' | 'NHWC';
  /** A byte is multiplied by this first; 1/255 unless told, which gives 0 to 1. */
  readonly scale?: number;
  /** Then this is subtracted, per channel in the order of `order`; 0 unless told. */
  readonly mean?: readonly [number, number, number];
  /** Then it is divided by this, per channel in the order of `order`; 1 unless told. */
  readonly std?: readonly [number, number, number];
  /** Order of the channels in the tensor; `RGB` unless told. */
  readonly order?: 'RGB' | 'BGR';
}

/** A float tensor as sessions take it. */
export interface FloatTensor {
  readonly elementType: 'float32';
  /** [batch, 3, height, width] or [batch, height, width, 3] */
  readonly dims: readonly [number, number, number, number];
  readonly data: Float32Array;
}

/**
 * One or more images of one size as a tensor: value = (byte * scale - mean) / std.
 * @throws RangeError for no image, or sizes that differ
 */
export function toTensor(images: Image | readonly Image[], options: TensorOptions): FloatTensor {
  const batch = 'data' in images ? [images] : images;
  const first = batch[0];
  if (!first) throw new RangeError('a tensor of no images cannot be');
  const { width, height } = first;
  const size = width * height * 3;
  const data = new Float32Array(batch.length * size);
  const tables = valueTables(options);
  for (const [i, image] of batch.entries()) {
    if (image.width !== width || image.height !== height) {
      throw new RangeError(
        `images of ${width} x ${height} and ${image.width} x ${image.height} do not make one tensor`,
      );
    }
    const to = data.subarray(i * size, (i + 1) * size);
    (options.layout === 'NCHW' ? fillPlanes : fillPixels)(image.data, to, tables, options.order ?? 'RGB');
  }
  const dims =
    options.layout === 'NCHW'
      ? ([batch.length, 3, height, width] as const)
      : ([batch.length, height, width, 3] as const);
  return { elementType: 'float32', dims, data };
}

/** A byte has 256 values: the arithmetic is done once for each, and pixels look it up. [channel of the tensor][byte] */
function valueTables({ scale = 1 / 255, mean = [0, 0, 0], std = [1, 1, 1] }: TensorOptions): readonly Float32Array[] {
  return [0, 1, 2].map((c) => Float32Array.from({ length: 256 }, (_, byte) => (byte * scale - mean[c]!) / std[c]!));
}

function fillPlanes(from: Uint8Array, to: Float32Array, tables: readonly Float32Array[], order: 'RGB' | 'BGR'): void {
  const plane = to.length / 3;
  for (let c = 0; c < 3; c++) {
    const table = tables[c]!;
    const start = c * plane;
    for (let i = 0, at = order === 'RGB' ? c : 2 - c; i < plane; i++, at += 3) to[start + i] = table[from[at]!]!;
  }
}

function fillPixels(from: Uint8Array, to: Float32Array, tables: readonly Float32Array[], order: 'RGB' | 'BGR'): void {
  const [t0, t1, t2] = tables as [Float32Array, Float32Array, Float32Array];
  const [first, third] = order === 'RGB' ? [0, 2] : [2, 0];
  for (let i = 0; i < to.length; i += 3) {
    to[i] = t0[from[i + first]!]!;
    to[i + 1] = t1[from[i + 1]!]!;
    to[i + 2] = t2[from[i + third]!]!;
  }
}
