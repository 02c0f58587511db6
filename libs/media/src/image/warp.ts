import type { Colour, Image } from './image.js';
import { checkImage } from './image.js';
import { invertAffine, type Affine } from './affine.js';

export interface WarpOptions {
  /** Of the result, in pixels. */
  readonly width: number;
  readonly height: number;
  /** What lies beyond the image's edge: the `background` colour (unless told), or the nearest pixel of the edge. */
  readonly border?: 'background' | 'replicate';
  /** Black unless told. */
  readonly background?: Colour;
  /** Draws only this part of the result, in pixels; the rest has the background colour. */
  readonly within?: { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
}

/**
 * Draws an image through an affine map, bilinearly: each result pixel is looked up in the image at the inverse map of its
 * middle. Reductions of more than about two times alias, as they do in every bilinear warp: shrink first.
 * @param matrix from image coordinates to result coordinates, in pixels from the upper left corner (middles at .5)
 * @throws RangeError for a matrix that cannot be inverted
 */
export function warpAffine(image: Image, matrix: Affine, options: WarpOptions): Image {
  checkImage(image);
  const { width, height, background = [0, 0, 0], border = 'background' } = options;
  const { left, top, width: w, height: h } = options.within ?? { left: 0, top: 0, width, height };
  const [a, b, c, d, e, f] = invertAffine(matrix);
  const data = filled(width * height, background);
  const draw = border === 'replicate' ? sampleReplicated : sampleOnBackground;
  for (let y = top; y < top + h; y++) {
    for (let x = left; x < left + w; x++) {
      const fromX = a * (x + 0.5) + b * (y + 0.5) + c - 0.5;
      const fromY = d * (x + 0.5) + e * (y + 0.5) + f - 0.5;
      draw(image, fromX, fromY, data, (y * width + x) * 3, background);
    }
  }
  return { width, height, channels: 3, data };
}

function filled(nPixels: number, colour: Colour): Uint8Array {
  const data = new Uint8Array(nPixels * 3);
  if (colour.some((value) => value !== 0)) for (let i = 0; i < data.length; i += 3) data.set(colour, i);
  return data;
}

function sampleReplicated(image: Image, x: number, y: number, to: Uint8Array, at: number): void {
  const { width, height, data } = image;
  const cx = x < 0 ? 0 : x > width - 1 ? width - 1 : x;
  const cy = y < 0 ? 0 : y > height - 1 ? height - 1 : y;
  const x0 = cx | 0;
  const y0 = cy | 0;
  const fx = cx - x0;
  const fy = cy - y0;
  const upper = (y0 * width + x0) * 3;
  const right = x0 + 1 < width ? 3 : 0;
  const lower = upper + (y0 + 1 < height ? width * 3 : 0);
  const w00 = (1 - fx) * (1 - fy);
  const w01 = fx * (1 - fy);
  const w10 = (1 - fx) * fy;
  const w11 = fx * fy;
  for (let i = 0; i < 3; i++) {
    const value =
      w00 * data[upper + i]! + w01 * data[upper + right + i]! + w10 * data[lower + i]! + w11 * data[lower + right + i]!;
    to[at + i] = (value + 0.5) | 0;
  }
}

/** Beyond the edge every pixel is the background, so edges fade over the width of one pixel. */
function sampleOnBackground(image: Image, x: number, y: number, to: Uint8Array, at: number, background: Colour): void {
  const { width, height, data } = image;
  if (x >= 0 && y >= 0 && x <= width - 1 && y <= height - 1) return sampleReplicated(image, x, y, to, at);
  if (!(x > -1 && y > -1 && x < width && y < height)) return;
  const x0 = Math.floor(x);
  const y0 = Math.floor(y);
  const fx = x - x0;
  const fy = y - y0;
  for (let i = 0; i < 3; i++) {
    const pixel = (px: number, py: number) =>
      px >= 0 && py >= 0 && px < width && py < height ? data[(py * width + px) * 3 + i]! : background[i]!;
    const above = (1 - fx) * pixel(x0, y0) + fx * pixel(x0 + 1, y0);
    const below = (1 - fx) * pixel(x0, y0 + 1) + fx * pixel(x0 + 1, y0 + 1);
    to[at + i] = ((1 - fy) * above + fy * below + 0.5) | 0;
  }
}
