import { MediaError } from '../media-error.js';

/** An image in memory: sRGB, 8 bits per channel, rows from the top, `data[(y * width + x) * 3 + channel]`. */
export interface Image {
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  readonly channels: 3;
  /** [height, width, 3] */
  readonly data: Uint8Array;
}

/** A colour as red, green and blue, 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number];

/** An image of one colour. */
export function blankImage(width: number, height: number, colour: Colour = [0, 0, 0]): Image {
  const data = new Uint8Array(width * height * 3);
  if (colour[0] === colour[1] && colour[1] === colour[2]) data.fill(colour[0]);
  else for (let i = 0; i < data.length; i += 3) data.set(colour, i);
  return { width, height, channels: 3, data };
}

/** @throws RangeError where the sides are not whole numbers above 0, or the bytes are not theirs. */
export function checkImage({ width, height, data }: Image): void {
  if (!(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0)) {
    throw new RangeError(`an image of ${width} x ${height} pixels cannot be`);
  }
  if (data.length !== width * height * 3) {
    throw new RangeError(`${width} x ${height} pixels are ${width * height * 3} bytes, not ${data.length}`);
  }
}

/** @throws MediaError('too-large') */
export function checkPixels(widthPx: number, heightPx: number, maxPixels: number): void {
  if (widthPx * heightPx <= maxPixels) return;
  throw new MediaError(
    'too-large',
    `The image has ${widthPx} x ${heightPx} pixels; at most ${maxPixels} are accepted.`,
  );
}
