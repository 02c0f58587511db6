import { describe, expect, it } from 'vitest';
import { blankImage, type Image } from './image.js';
import { toTensor } from './tensor.js';
import { drawMarks, toSvg } from './draw.js';
import { encodeJpeg, encodePng } from './encode.js';
import { decodeImage } from './decode.js';

/** Two pixels side by side. */
const image: Image = { width: 2, height: 1, channels: 3, data: Uint8Array.of(0, 51, 255, 102, 153, 204) };
const rounded = (values: Float32Array) => [...values].map((value) => Math.round(value * 1e4) / 1e4);

describe('toTensor', () => {
  it('lays out planes and pixels', () => {
    const planes = toTensor(image, { layout: 'NCHW' });
    expect(planes.dims).toEqual([1, 3, 1, 2]);
    expect(rounded(planes.data)).toEqual([0, 0.4, 0.2, 0.6, 1, 0.8]);
    const pixels = toTensor(image, { layout: 'NHWC' });
    expect(pixels.dims).toEqual([1, 1, 2, 3]);
    expect(rounded(pixels.data)).toEqual([0, 0.2, 1, 0.4, 0.6, 0.8]);
  });

  it('swaps red and blue', () => {
    expect(rounded(toTensor(image, { layout: 'NCHW', order: 'BGR' }).data)).toEqual([1, 0.8, 0.2, 0.6, 0, 0.4]);
    expect(rounded(toTensor(image, { layout: 'NHWC', order: 'BGR' }).data)).toEqual([1, 0.2, 0, 0.8, 0.6, 0.4]);
  });

  it('scales, subtracts, divides: by hand', () => {
    const options = { layout: 'NCHW', scale: 1, mean: [0, 1, 55], std: [2, 50, 100] } as const;
    expect(rounded(toTensor(image, options).data)).toEqual([0, 51, 1, 3.04, 2, 1.49]);
  });

  it('puts images of one size into one tensor, and refuses others', () => {
    const two = toTensor([image, blankImage(2, 1, [255, 255, 255])], { layout: 'NCHW' });
    expect(two.dims).toEqual([2, 3, 1, 2]);
    expect(rounded(two.data).slice(6)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(() => toTensor([image, blankImage(1, 2)], { layout: 'NCHW' })).toThrow(RangeError);
    expect(() => toTensor([], { layout: 'NCHW' })).toThrow(RangeError);
  });
});

describe('encoding', () => {
  it('writes PNG without loss and JPEG nearly', async () => {
    const picture = blankImage(30, 20, [10, 200, 90]);
    expect((await decodeImage(await encodePng(picture))).image.data).toEqual(picture.data);
    const jpeg = await decodeImage(await encodeJpeg(picture));
    expect(jpeg.header.format).toBe('jpeg');
    picture.data.forEach((value, i) => expect(Math.abs(value - jpeg.image.data[i]!)).toBeLessThan(4));
    await expect(encodePng({ ...picture, width: 31 })).rejects.toThrow(RangeError);
  });
});

describe('drawMarks', () => {
  it('draws where the ratios say, and nowhere else', async () => {
    const drawn = await drawMarks(blankImage(200, 100), [
      {
        box: { leftRatio: 0.25, topRatio: 0.4, widthRatio: 0.5, heightRatio: 0.4 },
        colour: '#ff0000',
        points: [{ xRatio: 0.1, yRatio: 0.1 }],
      },
    ]);
    const red = (x: number, y: number) => drawn.data[(y * 200 + x) * 3]!;
    expect([red(100, 40), red(50, 60), red(100, 60), red(20, 10), red(5, 90)].map((value) => value > 100)).toEqual([
      true,
      true,
      false,
      true,
      false,
    ]);
  });

  it('lets no text out of its label', () => {
    const svg = toSvg(10, 10, [
      {
        points: [{ xRatio: 0, yRatio: 0 }],
        label: '</text><image href="file:///etc/passwd"/>&\u0001',
        colour: '"/><x a="',
      },
    ]);
    expect(svg).not.toMatch(/<image|<x |\u0001/);
    expect(svg).toContain('&#60;/text&#62;');
  });

  it('draws any label without failing', async () => {
    await expect(
      drawMarks(blankImage(50, 50), [
        { points: [{ xRatio: 0.5, yRatio: 0.5 }], label: 'a & b <c> \u0000 \ud800 é 漢' },
      ]),
    ).resolves.toBeDefined();
  });
});
