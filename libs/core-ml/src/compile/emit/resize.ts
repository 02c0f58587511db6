import type { NhwcEmitter } from './emitter.js';
import { channelsFirstOrder, shapeOf, type Located, type Operand } from './located.js';

export interface ResizeOptions {
  readonly mode: 'bilinear' | 'nearest';
  /** The corner pixels of both images coincide. @default false */
  readonly alignCorners?: boolean;
  /** Pixels are squares with their centre at half, not points at whole numbers. @default false */
  readonly halfPixelCenters?: boolean;
}

/**
 * Scales an image as TensorFlow's ResizeBilinear and ResizeNearestNeighbor do.
 *
 * @param size [height, width] of the result; or a computed int32 list of the two
 */
export function resize(
  emitter: NhwcEmitter,
  x: Operand,
  size: readonly [number, number] | Located,
  { mode, alignCorners = false, halfPixelCenters = false }: ResizeOptions,
): Located {
  const image = emitter.channelsFirst(x);
  const shape = shapeOf(x);
  const fixed = Array.isArray(size) ? (size as readonly [number, number]) : undefined;
  if (fixed !== undefined && shape?.[1] === fixed[0] && shape[2] === fixed[1]) return { value: image, layout: 'NCHW' };
  const attributes = {
    mode: mode === 'bilinear' ? 'linear' : 'nearest',
    coordinate_transformation_mode: alignCorners ? 'align_corners' : halfPixelCenters ? 'half_pixel' : 'asymmetric',
    // TensorFlow rounds aligned corners half up and floors the others; half_pixel subtracts the half that floor(x + 0.5) adds.
    ...(mode === 'nearest' ? { nearest_mode: alignCorners || halfPixelCenters ? 'round_prefer_ceil' : 'floor' } : {}),
  };
  const target = resizeTarget(emitter, image, shape, size);
  return { value: emitter.op('Resize', [image, undefined, ...target], attributes), layout: 'NCHW' };
}

/** Scales where the image's size is known, which ONNX Runtime's faster kernels want and a free batch allows; else sizes. */
function resizeTarget(
  emitter: NhwcEmitter,
  image: Located['value'],
  shape: ReturnType<typeof shapeOf>,
  size: readonly [number, number] | Located,
): (Located['value'] | undefined)[] {
  if (Array.isArray(size)) {
    const [height, width] = size as readonly [number, number];
    const [rows, columns] = [shape?.[1], shape?.[2]];
    if (typeof rows === 'number' && typeof columns === 'number' && height % rows === 0 && width % columns === 0) {
      return [emitter.floats([1, 1, height / rows, width / columns])];
    }
    const all = channelsFirstOrder.map((axis) => shape?.[axis]);
    if (typeof all[0] === 'number' && typeof all[1] === 'number') {
      return [undefined, emitter.integers([all[0], all[1], height, width])];
    }
  }
  const unchanged = emitter.op('Slice', [emitter.op('Shape', [image]), emitter.integers([0]), emitter.integers([2])]);
  const wanted = Array.isArray(size)
    ? emitter.integers(size as readonly [number, number])
    : emitter.cast(emitter.plain(size as Located), 'int64');
  return [undefined, emitter.op('Concat', [unchanged, wanted], { axis: 0 })];
}
