import { checkImage, type Image } from './image.js';
import { sharp } from './libvips.js';

/** @param quality 1 to 100; 90 unless told */
export async function encodeJpeg(image: Image, quality = 90): Promise<Uint8Array> {
  return raw(image).jpeg({ quality }).toBuffer();
}

/** Loses nothing. */
export async function encodePng(image: Image): Promise<Uint8Array> {
  return raw(image).png().toBuffer();
}

function raw(image: Image) {
  checkImage(image);
  const { width, height, data } = image;
  return sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false });
}
