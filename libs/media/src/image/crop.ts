import { checkImage, type Colour, type Image } from './image.js';
import type { RatioBox } from './mapping.js';
import { warpAffine } from './warp.js';

/** A box in whole pixels. */
export interface PixelBox {
  readonly leftPx: number;
  readonly topPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** The whole pixels that a box of ratios touches, at least one in each direction, within the image. */
export function toPixelBox(image: Pick<Image, 'width' | 'height'>, box: RatioBox): PixelBox {
  const [leftPx, widthPx] = span(box.leftRatio, box.widthRatio, image.width);
  const [topPx, heightPx] = span(box.topRatio, box.heightRatio, image.height);
  return { leftPx, topPx, widthPx, heightPx };
}

function span(start: number, length: number, size: number): readonly [from: number, nPixels: number] {
  // Ratios that were divided and multiplied again miss whole pixels by a rounding error.
  const tolerance = 1e-6;
  const from = Math.min(size - 1, Math.max(0, Math.floor(start * size + tolerance)));
  const to = Math.min(size, Math.max(from + 1, Math.ceil((start + length) * size - tolerance)));
  return [from, to - from];
}

/** Cuts a box out. @throws RangeError where it does not lie within the image */
export function cropImage(image: Image, { leftPx, topPx, widthPx, heightPx }: PixelBox): Image {
  checkImage(image);
  const inside = leftPx >= 0 && topPx >= 0 && leftPx + widthPx <= image.width && topPx + heightPx <= image.height;
  if (!inside || ![leftPx, topPx, widthPx, heightPx].every(Number.isInteger) || widthPx < 1 || heightPx < 1) {
    const box = `${widthPx} x ${heightPx} at ${leftPx}, ${topPx}`;
    throw new RangeError(`a box of ${box} is not within ${image.width} x ${image.height} pixels`);
  }
  const data = new Uint8Array(widthPx * heightPx * 3);
  for (let y = 0; y < heightPx; y++) {
    const from = ((topPx + y) * image.width + leftPx) * 3;
    data.set(image.data.subarray(from, from + widthPx * 3), y * widthPx * 3);
  }
  return { width: widthPx, height: heightPx, channels: 3, data };
}

/**
 * Turns an image clockwise about its middle, bilinearly, on a canvas just large enough for all of it. Quarter turns move
 * pixels and change none.
 * @param background seen in the corners; black unless told
 */
export function rotateImage(image: Image, degrees: number, background?: Colour): Image {
  checkImage(image);
  const quarters = ((Math.round(degrees / 90) % 4) + 4) % 4;
  if (degrees % 90 === 0) return turnQuarters(image, quarters);
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const { width: w, height: h } = image;
  const width = Math.ceil(Math.abs(w * cos) + Math.abs(h * sin) - 1e-9);
  const height = Math.ceil(Math.abs(w * sin) + Math.abs(h * cos) - 1e-9);
  // y points down, so this matrix turns clockwise as it is seen.
  const x = width / 2 - (cos * w) / 2 + (sin * h) / 2;
  const y = height / 2 - (sin * w) / 2 - (cos * h) / 2;
  return warpAffine(image, [cos, -sin, x, sin, cos, y], { width, height, ...(background ? { background } : {}) });
}

function turnQuarters(image: Image, quarters: number): Image {
  const { width: w, height: h, data: from } = image;
  const [width, height] = quarters % 2 === 0 ? [w, h] : [h, w];
  const data = new Uint8Array(from.length);
  for (let y = 0, i = 0; y < h; y++) {
    for (let x = 0; x < w; x++, i += 3) {
      const toX = [x, h - 1 - y, w - 1 - x, y][quarters]!;
      const toY = [y, x, h - 1 - y, w - 1 - x][quarters]!;
      const to = (toY * width + toX) * 3;
      data[to] = from[i]!;
      data[to + 1] = from[i + 1]!;
      data[to + 2] = from[i + 2]!;
    }
  }
  return { width, height, channels: 3, data };
}
