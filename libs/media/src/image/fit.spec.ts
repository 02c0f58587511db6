import { describe, expect, it } from 'vitest';
import { fitImage } from './fit.js';
import { blankImage, type Image } from './image.js';
import { toCanvasPoint, toImageBox, toImagePoint } from './mapping.js';

const at = ({ width, data }: Image, x: number, y: number) => [
  ...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
];

/** White, with a black square whose corners are at these ratios. */
function withSquare(width: number, height: number, left: number, top: number, size: number): Image {
  const image = blankImage(width, height, [255, 255, 255]);
  for (let y = top; y < top + size; y++) image.data.fill(0, (y * width + left) * 3, (y * width + left + size) * 3);
  return image;
}

/** The box of the dark pixels, in whole pixels. */
function darkBox({ width, height, data }: Image) {
  let [x0, y0, x1, y1] = [width, height, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = (y * width + x) * 3;
      if (data[i]! > 127 || data[i + 2]! > 100) continue;
      [x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x + 1), Math.max(y1, y + 1)];
    }
  }
  return { x: x0, y: y0, width: x1 - x0, height: y1 - y0 };
}

describe('fitImage', () => {
  it('letterboxes: by hand, 200 x 100 on 64 x 64 lies at 0, 16 and is 64 x 32', async () => {
    const { image, mapping } = await fitImage(blankImage(200, 100, [255, 0, 0]), {
      widthPx: 64,
      heightPx: 64,
      mode: 'letterbox',
      background: [1, 2, 3],
    });
    expect(mapping).toEqual({
      canvasWidthPx: 64,
      canvasHeightPx: 64,
      offsetXPx: 0,
      offsetYPx: 16,
      widthPx: 64,
      heightPx: 32,
    });
    expect([at(image, 32, 15), at(image, 32, 16), at(image, 32, 47), at(image, 32, 48)]).toEqual([
      [1, 2, 3],
      [255, 0, 0],
      [255, 0, 0],
      [1, 2, 3],
    ]);
  });

  it('letterboxes at the start, where a network wants it', async () => {
    const { image, mapping } = await fitImage(blankImage(100, 200, [9, 9, 9]), {
      widthPx: 64,
      heightPx: 64,
      mode: 'letterbox',
      align: 'start',
    });
    expect([mapping.offsetXPx, mapping.offsetYPx, mapping.widthPx]).toEqual([0, 0, 32]);
    expect([at(image, 31, 3), at(image, 32, 3)]).toEqual([
      [9, 9, 9],
      [0, 0, 0],
    ]);
  });

  it('crops: by hand, of 200 x 100 on 50 x 50 the middle half is left', async () => {
    const image = blankImage(200, 100, [255, 255, 255]);
    for (let y = 0; y < 100; y++) image.data.fill(0, y * 600 + 150, y * 600 + 450);
    for (const sampling of ['smooth', 'bilinear'] as const) {
      const fitted = await fitImage(image, { widthPx: 50, heightPx: 50, mode: 'crop', sampling });
      expect(fitted.mapping).toMatchObject({ offsetXPx: -25, offsetYPx: 0, widthPx: 100, heightPx: 50 });
      // A smooth filter lets the first and last column see a neighbour that was cut off.
      const inner = [...fitted.image.data].filter((_, i) => i % 150 >= 3 && i % 150 < 147);
      expect(inner.length).toBe(50 * 48 * 3);
      expect(Math.max(...inner), sampling).toBe(0);
    }
  });

  it.each(['letterbox', 'crop', 'stretch'] as const)(
    '%s: what is found on the canvas is where it was',
    async (mode) => {
      const image = withSquare(317, 211, 150, 90, 40);
      for (const sampling of ['smooth', 'lanczos', 'bilinear'] as const) {
        for (const [widthPx, heightPx] of [
          [96, 96],
          [160, 90],
          [411, 400],
        ] as const) {
          const fitted = await fitImage(image, { widthPx, heightPx, mode, sampling, background: [0, 0, 200] });
          expect([fitted.image.width, fitted.image.height, fitted.image.data.length]).toEqual([
            widthPx,
            heightPx,
            widthPx * heightPx * 3,
          ]);
          const { x, y, width, height } = darkBox(fitted.image);
          const box = toImageBox(fitted.mapping, x, y, width, height);
          // Half a canvas pixel, seen in the original, and rounding of the drawn size to whole pixels.
          const tolerance = 0.75 * Math.max(1 / fitted.mapping.widthPx, 1 / fitted.mapping.heightPx);
          const label = `${sampling} ${widthPx} x ${heightPx}`;
          expect(Math.abs(box.leftRatio - 150 / 317), label).toBeLessThan(tolerance);
          expect(Math.abs(box.topRatio - 90 / 211), label).toBeLessThan(tolerance);
          expect(Math.abs(box.widthRatio - 40 / 317), label).toBeLessThan(2 * tolerance);
          expect(Math.abs(box.heightRatio - 40 / 211), label).toBeLessThan(2 * tolerance);
        }
      }
    },
  );

  it('shifts nothing, larger or smaller: the middle of a square stays where it was', async () => {
    const image = withSquare(317, 211, 150, 90, 40);
    for (const [widthPx, heightPx] of [
      [96, 96],
      [318, 211],
      [400, 300],
      [200, 400],
    ] as const) {
      const fitted = await fitImage(image, { widthPx, heightPx, mode: 'stretch' });
      let [sum, x] = [0, 0];
      for (let i = 0; i < widthPx * heightPx; i++) {
        sum += 255 - fitted.image.data[i * 3]!;
        x += (255 - fitted.image.data[i * 3]!) * ((i % widthPx) + 0.5);
      }
      expect(sum).toBeGreaterThan(0);
      expect(Math.abs(x / sum - (170 / 317) * widthPx)).toBeLessThan(0.05);
    }
  });

  it('resizes bilinearly as networks are trained: by hand, 4 pixels to 2 and 2 to 4', async () => {
    const row = (...values: number[]): Image => ({
      width: values.length,
      height: 1,
      channels: 3,
      data: Uint8Array.from(values.flatMap((v) => [v, v, v])),
    });
    const resized = async (image: Image, widthPx: number) => {
      const fitted = await fitImage(image, { widthPx, heightPx: 1, mode: 'stretch', sampling: 'bilinear' });
      return [...fitted.image.data].filter((_, i) => i % 3 === 0);
    };
    expect(await resized(row(0, 100, 200, 40), 2)).toEqual([50, 120]);
    expect(await resized(row(0, 100), 4)).toEqual([0, 25, 75, 100]);
  });

  it('lets every pixel take part when it is smooth', async () => {
    const stripes = blankImage(64, 64);
    for (let i = 0; i < stripes.data.length; i += 6) stripes.data.fill(255, i, i + 3);
    const { image } = await fitImage(stripes, { widthPx: 8, heightPx: 8, mode: 'stretch' });
    for (const value of image.data) expect(Math.abs(value - 127)).toBeLessThan(12);
  });

  it('refuses sides that cannot be', async () => {
    for (const widthPx of [0, -1, 1.5, NaN, 20_000]) {
      await expect(fitImage(blankImage(2, 2), { widthPx, heightPx: 5, mode: 'crop' })).rejects.toThrow(RangeError);
    }
    await expect(
      fitImage({ ...blankImage(2, 2), height: 3 }, { widthPx: 5, heightPx: 5, mode: 'crop' }),
    ).rejects.toThrow('18 bytes, not 12');
  });
});

describe('a mapping', () => {
  const mapping = { canvasWidthPx: 64, canvasHeightPx: 64, offsetXPx: 0, offsetYPx: 16, widthPx: 64, heightPx: 32 };

  it('takes points there and back', () => {
    expect(toImagePoint(mapping, 32, 32)).toEqual({ xRatio: 0.5, yRatio: 0.5 });
    expect(toImagePoint(mapping, 64, 16)).toEqual({ xRatio: 1, yRatio: 0 });
    expect(toCanvasPoint(mapping, { xRatio: 0.25, yRatio: 0.75 })).toEqual({ xPx: 16, yPx: 40 });
  });

  it('keeps boxes within the image, unless told', () => {
    expect(toImageBox(mapping, -8, 8, 40, 16)).toEqual({
      leftRatio: 0,
      topRatio: 0,
      widthRatio: 0.5,
      heightRatio: 0.25,
    });
    expect(toImageBox(mapping, -8, 8, 40, 16, false)).toEqual({
      leftRatio: -0.125,
      topRatio: -0.25,
      widthRatio: 0.625,
      heightRatio: 0.5,
    });
  });
});
