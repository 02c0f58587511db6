import { blankImage, checkImage, type Colour, type Image } from './image.js';
import type { Mapping } from './mapping.js';
import { sharp } from './libvips.js';
import { warpAffine } from './warp.js';

/**
 * How an image comes to a network's size:
 * - `letterbox`: all of it is seen, proportions stay, the rest of the canvas has the background colour
 * - `crop`: the canvas is filled, proportions stay, what does not fit is cut off on both sides
 * - `stretch`: all of it is seen and fills the canvas, proportions change
 */
export type FitMode = 'letterbox' | 'crop' | 'stretch';

/**
 * How pixels are computed:
 * - `smooth`: every source pixel takes part (a linear filter as wide as the reduction), as a good thumbnail is made
 * - `lanczos`: the same with a Lanczos filter of three lobes, sharper; what is enlarged is enlarged bilinearly in both
 * - `bilinear`: the four neighbours only, middles of pixels on middles of pixels, as most networks' training code does it
 */
export type Sampling = 'smooth' | 'lanczos' | 'bilinear';

export interface FitOptions {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly mode: FitMode;
  /** `smooth` unless told. */
  readonly sampling?: Sampling;
  /** Of a letterbox; black unless told. */
  readonly background?: Colour;
  /** Where a letterboxed image lies: in the `centre` (unless told), or at the upper left `start`, as some networks want it. */
  readonly align?: 'centre' | 'start';
}

/** A canvas and where the image lies on it. */
export interface FittedImage {
  readonly image: Image;
  readonly mapping: Mapping;
}

/**
 * Brings an image to a network's size.
 * @returns the canvas, and the mapping that takes the network's pixels back to ratios of the original
 * @throws RangeError where a side is not a whole number from 1 to 16384
 */
export async function fitImage(image: Image, options: FitOptions): Promise<FittedImage> {
  checkImage(image);
  checkSide(options.widthPx);
  checkSide(options.heightPx);
  const mapping = place(image, options);
  const { sampling = 'smooth' } = options;
  if (sampling === 'bilinear') return { image: bilinear(image, mapping, options.background), mapping };
  // libvips enlarges with a shift of half a pixel (measured, version 8.18): it only shrinks here, and the warp does the rest.
  const shrunk = await shrink(
    image,
    Math.min(image.width, mapping.widthPx),
    Math.min(image.height, mapping.heightPx),
    sampling,
  );
  return { image: bilinear(shrunk, mapping, options.background), mapping };
}

function checkSide(px: number): void {
  if (!Number.isInteger(px) || px < 1 || px > 16_384) throw new RangeError(`a canvas side of ${px} pixels cannot be`);
}

/** Whole pixels on the canvas: what the mapping says is exactly what was drawn. */
function place({ width, height }: Image, { widthPx, heightPx, mode, align = 'centre' }: FitOptions): Mapping {
  const canvas = { canvasWidthPx: widthPx, canvasHeightPx: heightPx };
  if (mode === 'stretch') return { ...canvas, offsetXPx: 0, offsetYPx: 0, widthPx, heightPx };
  const scales = [widthPx / width, heightPx / height] as const;
  const scale = mode === 'letterbox' ? Math.min(...scales) : Math.max(...scales);
  const w = Math.max(1, Math.round(width * scale));
  const h = Math.max(1, Math.round(height * scale));
  const start = align === 'start' && mode === 'letterbox';
  const offset = (free: number) => (start ? 0 : Math.floor(free / 2));
  return { ...canvas, offsetXPx: offset(widthPx - w), offsetYPx: offset(heightPx - h), widthPx: w, heightPx: h };
}

function bilinear(image: Image, mapping: Mapping, background?: Colour): Image {
  const sx = mapping.widthPx / image.width;
  const sy = mapping.heightPx / image.height;
  const { canvasWidthPx: width, canvasHeightPx: height } = mapping;
  const shown = intersect(mapping);
  if (sx === 1 && sy === 1) return paste(image, mapping, shown, background);
  const matrix = [sx, 0, mapping.offsetXPx, 0, sy, mapping.offsetYPx] as const;
  return warpAffine(image, matrix, {
    width,
    height,
    border: 'replicate',
    within: shown,
    ...(background ? { background } : {}),
  });
}

/** Rows are copied where every canvas pixel is one of the image's. */
function paste(image: Image, mapping: Mapping, shown: ReturnType<typeof intersect>, background?: Colour): Image {
  const canvas = blankImage(mapping.canvasWidthPx, mapping.canvasHeightPx, background);
  for (let y = shown.top; y < shown.top + shown.height; y++) {
    const from = ((y - mapping.offsetYPx) * image.width + shown.left - mapping.offsetXPx) * 3;
    canvas.data.set(image.data.subarray(from, from + shown.width * 3), (y * canvas.width + shown.left) * 3);
  }
  return canvas;
}

/** The part of the canvas that the image covers. */
function intersect({ canvasWidthPx, canvasHeightPx, offsetXPx, offsetYPx, widthPx, heightPx }: Mapping) {
  const left = Math.max(0, offsetXPx);
  const top = Math.max(0, offsetYPx);
  const right = Math.min(canvasWidthPx, offsetXPx + widthPx);
  const bottom = Math.min(canvasHeightPx, offsetYPx + heightPx);
  return { left, top, width: right - left, height: bottom - top };
}

async function shrink(image: Image, width: number, height: number, sampling: 'smooth' | 'lanczos'): Promise<Image> {
  if (width === image.width && height === image.height) return image;
  const raw = { width: image.width, height: image.height, channels: 3 } as const;
  const kernel = sampling === 'lanczos' ? 'lanczos3' : 'linear';
  const { data } = await sharp(image.data, { raw, limitInputPixels: false })
    .resize({ width, height, fit: 'fill', kernel })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const shrunk: Image = {
    width,
    height,
    channels: 3,
    data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  };
  checkImage(shrunk);
  return shrunk;
}
