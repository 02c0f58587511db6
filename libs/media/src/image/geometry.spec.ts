import { describe, expect, it } from 'vitest';
import {
  applyAffine,
  composeAffine,
  invertAffine,
  similarityTransform,
  type Affine,
  type PixelPoint,
} from './affine.js';
import { cropImage, rotateImage, toPixelBox } from './crop.js';
import { blankImage, type Image } from './image.js';
import { warpAffine } from './warp.js';

/** Red is x, green is y, blue is constant: a bilinear warp of it can be worked out. */
function ramp(width: number, height: number): Image {
  const image = blankImage(width, height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) image.data.set([x * 4, y * 4, 77], (y * width + x) * 3);
  return image;
}
const at = ({ width, data }: Image, x: number, y: number) => [
  ...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
];
const closeTo = (a: readonly number[], b: readonly number[]) =>
  a.forEach((value, i) => expect(value).toBeCloseTo(b[i]!, 9));

describe('affine maps', () => {
  const map: Affine = [2, 1, 3, -1, 4, 5];

  it('compose and invert', () => {
    closeTo(applyAffine(map, [1, 2]), [7, 12]);
    closeTo(composeAffine(invertAffine(map), map), [1, 0, 0, 0, 1, 0]);
    closeTo(applyAffine(composeAffine(map, [1, 0, 10, 0, 1, 0]), [1, 2]), applyAffine(map, [11, 2]));
    expect(() => invertAffine([1, 2, 0, 2, 4, 0])).toThrow(RangeError);
  });

  it('finds rotation, scale and shift from landmarks', () => {
    const angle = 0.4;
    const truth: Affine = [
      1.7 * Math.cos(angle),
      -1.7 * Math.sin(angle),
      12,
      1.7 * Math.sin(angle),
      1.7 * Math.cos(angle),
      -5,
    ];
    const from: PixelPoint[] = [
      [10, 12],
      [40, 11],
      [25, 30],
      [14, 44],
      [37, 45],
    ];
    closeTo(
      similarityTransform(
        from,
        from.map((point) => applyAffine(truth, point)),
      ),
      truth,
    );
  });

  it('finds the least squared error where points do not fit: no small change improves it', () => {
    const from: PixelPoint[] = [
      [0, 0],
      [10, 0],
      [5, 7],
      [1, 11],
      [9, 12],
    ];
    const to: PixelPoint[] = [
      [3, 1],
      [12, 3],
      [8, 8],
      [1, 13],
      [12, 12],
    ];
    const error = (map: Affine) =>
      from.reduce((sum, point, i) => {
        const [x, y] = applyAffine(map, point);
        return sum + (x - to[i]![0]) ** 2 + (y - to[i]![1]) ** 2;
      }, 0);
    const [a, , c, b, , f] = similarityTransform(from, to);
    const best = error([a, -b, c, b, a, f]);
    expect(best).toBeGreaterThan(0.5);
    for (const step of [1e-3, -1e-3]) {
      expect(error([a + step, -b, c, b, a + step, f])).toBeGreaterThan(best);
      expect(error([a, -b - step, c, b + step, a, f])).toBeGreaterThan(best);
      expect(error([a, -b, c + step, b, a, f])).toBeGreaterThan(best);
      expect(error([a, -b, c, b, a, f + step])).toBeGreaterThan(best);
    }
  });

  it('refuses points without a direction', () => {
    expect(() => similarityTransform([[1, 1]], [[2, 2]])).toThrow(RangeError);
    expect(() =>
      similarityTransform(
        [
          [1, 1],
          [1, 1],
        ],
        [
          [2, 2],
          [3, 3],
        ],
      ),
    ).toThrow(RangeError);
  });
});

describe('warpAffine', () => {
  it('looks pixels up where the inverse map says, between pixels too', () => {
    const image = ramp(40, 30);
    // Result (x, y) shows image (x + 5.25, y + 3.5): red rises by 4 for each pixel.
    const warped = warpAffine(image, [1, 0, -5.25, 0, 1, -3.5], { width: 20, height: 20 });
    expect(at(warped, 0, 0)).toEqual([21, 14, 77]);
    expect(at(warped, 10, 7)).toEqual([61, 42, 77]);
  });

  it('leaves an image as it is under the map that changes nothing', () => {
    const image = ramp(17, 9);
    const warped = warpAffine(image, [1, 0, 0, 0, 1, 0], { width: 17, height: 9 });
    expect(Buffer.compare(warped.data, image.data)).toBe(0);
  });

  it('shows the background, or the edge, beyond the edge', () => {
    const image = blankImage(4, 4, [100, 100, 100]);
    const shift: Affine = [1, 0, 2.5, 0, 1, 0];
    const on = (options: object) =>
      [0, 1, 2, 3, 4].map((x) => at(warpAffine(image, shift, { width: 8, height: 4, ...options }), x, 1)[0]);
    expect(on({})).toEqual([0, 0, 50, 100, 100]);
    expect(on({ background: [200, 0, 0] })).toEqual([200, 200, 150, 100, 100]);
    expect(on({ border: 'replicate' })).toEqual([100, 100, 100, 100, 100]);
  });
});

describe('rotateImage', () => {
  it('turns quarters without changing a pixel', () => {
    const image = ramp(5, 3);
    const turned = rotateImage(image, 90);
    expect([turned.width, turned.height]).toEqual([3, 5]);
    expect(at(turned, 2, 0)).toEqual(at(image, 0, 0));
    expect(at(turned, 0, 4)).toEqual(at(image, 4, 2));
    expect(rotateImage(rotateImage(image, -90), 450).data).toEqual(image.data);
    expect(rotateImage(image, 180).data).toEqual(rotateImage(turned, 90).data);
    expect(at(rotateImage(image, 270), 0, 4)).toEqual(at(image, 0, 0));
  });

  it('turns by any angle, clockwise, with all of the image in view', () => {
    const image = blankImage(41, 41);
    image.data.set([255, 255, 255], (20 * 41 + 40) * 3); // the middle of the right edge
    const turned = rotateImage(image, 45);
    expect([turned.width, turned.height]).toEqual([58, 58]);
    let brightest = 0;
    for (let i = 0; i < turned.data.length; i += 3) if (turned.data[i]! > turned.data[brightest]!) brightest = i;
    const [x, y] = [(brightest / 3) % 58, Math.floor(brightest / 3 / 58)];
    // 20 pixels from the middle, 45 degrees down from the right: 14.1 each way.
    expect(Math.abs(x + 0.5 - 29 - 14.1)).toBeLessThan(1);
    expect(Math.abs(y + 0.5 - 29 - 14.1)).toBeLessThan(1);
  });
});

describe('cropImage', () => {
  it('cuts whole pixels out', () => {
    const cut = cropImage(ramp(10, 10), { leftPx: 3, topPx: 4, widthPx: 2, heightPx: 5 });
    expect([cut.width, cut.height, at(cut, 0, 0), at(cut, 1, 4)]).toEqual([2, 5, [12, 16, 77], [16, 32, 77]]);
    expect(() => cropImage(ramp(10, 10), { leftPx: 9, topPx: 0, widthPx: 2, heightPx: 1 })).toThrow(RangeError);
    expect(() => cropImage(ramp(10, 10), { leftPx: 0.5, topPx: 0, widthPx: 2, heightPx: 1 })).toThrow(RangeError);
  });

  it('takes the pixels that a box of ratios touches', () => {
    const image = { width: 10, height: 20 };
    expect(toPixelBox(image, { leftRatio: 0.25, topRatio: 0.5, widthRatio: 0.5, heightRatio: 0.1 })).toEqual({
      leftPx: 2,
      topPx: 10,
      widthPx: 6,
      heightPx: 2,
    });
    expect(toPixelBox(image, { leftRatio: 0.3, topRatio: 0.1, widthRatio: 0.3, heightRatio: 0.3 })).toEqual({
      leftPx: 3,
      topPx: 2,
      widthPx: 3,
      heightPx: 6,
    });
    expect(toPixelBox(image, { leftRatio: -1, topRatio: 1.5, widthRatio: 9, heightRatio: 1 })).toEqual({
      leftPx: 0,
      topPx: 19,
      widthPx: 10,
      heightPx: 1,
    });
  });
});
