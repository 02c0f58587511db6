import { describe, expect, it } from 'vitest';
import { decodeImage, readImageHeader } from './decode.js';
import type { Image } from './image.js';
import { sharp } from './libvips.js';
import { gifBomb, jpegBomb, pngBomb } from './bombs.fixture.js';

/** 40 x 30: red on the left, blue on the right, a white upper left corner of 8 x 8. */
function picture() {
  const data = Buffer.alloc(40 * 30 * 3);
  for (let y = 0; y < 30; y++) {
    for (let x = 0; x < 40; x++) {
      const colour = x < 8 && y < 8 ? [255, 255, 255] : x < 20 ? [220, 20, 20] : [20, 20, 220];
      data.set(colour, (y * 40 + x) * 3);
    }
  }
  return sharp(data, { raw: { width: 40, height: 30, channels: 3 } });
}

const at = ({ width, data }: Image, x: number, y: number) => [
  ...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
];
const near = (a: readonly number[], b: readonly number[], tolerance: number) =>
  a.length === b.length && a.every((value, i) => Math.abs(value - b[i]!) <= tolerance);
const kindOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'fine',
    (error: { kind?: string }) => error.kind,
  );

describe('decodeImage', () => {
  it.each(['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const)('reads %s', async (format) => {
    const bytes = await picture().toFormat(format).toBuffer();
    const { image, header } = await decodeImage(bytes);
    expect([image.width, image.height, image.data.length, header.format]).toEqual([40, 30, 3600, format]);
    // AVIF and JPEG smooth colours over edges: places far from them.
    for (const [x, y, colour] of [
      [3, 3, [255, 255, 255]],
      [10, 20, [220, 20, 20]],
      [35, 5, [20, 20, 220]],
    ] as const) {
      expect(near(at(image, x, y), colour, 24), `${format} at ${x}, ${y}: ${at(image, x, y).join()}`).toBe(true);
    }
  });

  // Where EXIF 2.3 (table of the Orientation tag) says that the file's first pixel is to be seen.
  it.each([
    [1, 'upper left'],
    [2, 'upper right'],
    [3, 'lower right'],
    [4, 'lower left'],
    [5, 'upper left'],
    [6, 'upper right'],
    [7, 'lower right'],
    [8, 'lower left'],
  ])('turns orientation %i so that the first pixel is %s', async (orientation, corner) => {
    const bytes = await picture().withMetadata({ orientation }).jpeg({ quality: 100 }).toBuffer();
    const { image, header } = await decodeImage(bytes);
    const turned = orientation >= 5;
    expect([image.width, image.height]).toEqual(turned ? [30, 40] : [40, 30]);
    expect([header.widthPx, header.heightPx, header.orientation]).toEqual([image.width, image.height, orientation]);
    const x = corner.endsWith('left') ? 2 : image.width - 3;
    const y = corner.startsWith('upper') ? 2 : image.height - 3;
    expect(near(at(image, x, y), [255, 255, 255], 40)).toBe(true);
    // The file's lower left is red, and lies where a transposition takes it.
    const [redX, redY] = turned ? [image.width - 1 - x, y] : [x, image.height - 1 - y];
    expect(near(at(image, redX, redY), [220, 20, 20], 40)).toBe(true);
  });

  it('reads 16 bits per channel, with and without alpha', async () => {
    const deep = await picture().toColourspace('rgb16').png().toBuffer();
    expect((await readImageHeader(deep)).colourSpace).toBe('rgb16');
    expect(at((await decodeImage(deep)).image, 30, 20)).toEqual([20, 20, 220]);
    const grey = await picture().toColourspace('grey16').png().toBuffer();
    const { image } = await decodeImage(grey);
    expect(new Set(at(image, 30, 20)).size).toBe(1);
    expect(image.data.length).toBe(3600);
  });

  it('spreads grey to three channels', async () => {
    for (const bytes of [
      await picture().greyscale().toColourspace('b-w').jpeg().toBuffer(),
      await picture().toColourspace('b-w').png().toBuffer(),
    ]) {
      expect((await readImageHeader(bytes)).colourSpace).toBe('b-w');
      const { image } = await decodeImage(bytes);
      expect(image.data.length).toBe(3600);
      expect(new Set(at(image, 10, 20)).size).toBe(1);
    }
  });

  it('turns CMYK into the colours that it stands for', async () => {
    const bytes = await picture().toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer();
    const { image, header } = await decodeImage(bytes);
    expect(header.colourSpace).toBe('cmyk');
    const [red, , blue] = at(image, 10, 20);
    expect(red! - blue!).toBeGreaterThan(100);
    expect(near(at(image, 3, 3), [255, 255, 255], 12)).toBe(true);
  });

  it('applies a colour profile', async () => {
    // The same colours, written with the numbers of a wider space: ignoring the profile would show them paler.
    const bytes = await picture().withIccProfile('p3').png().toBuffer();
    const raw = await sharp(bytes, { ignoreIcc: true }).raw().toBuffer();
    const { image } = await decodeImage(bytes);
    const written = [...raw.subarray((20 * 40 + 10) * 3, (20 * 40 + 10) * 3 + 3)];
    expect(near(written, [220, 20, 20], 3)).toBe(false);
    expect(near(at(image, 10, 20), [220, 20, 20], 3)).toBe(true);
  });

  it('shows the background through transparency', async () => {
    const half = await sharp({
      create: { width: 4, height: 4, channels: 4, background: { r: 200, g: 0, b: 0, alpha: 0.5 } },
    })
      .png()
      .toBuffer();
    expect(near(at((await decodeImage(half)).image, 1, 1), [228, 128, 128], 2)).toBe(true);
    expect(near(at((await decodeImage(half, { background: [0, 0, 0] })).image, 1, 1), [100, 0, 0], 2)).toBe(true);
  });

  it.each(['gif', 'webp'] as const)(
    'takes the first frame of an animated %s, or the one that is asked for',
    async (format) => {
      const frames = Buffer.alloc(16 * 48 * 3);
      [200, 100, 20].forEach((value, i) => frames.fill(value, i * 16 * 16 * 3, (i + 1) * 16 * 16 * 3));
      const raw = { width: 16, height: 48, channels: 3, pageHeight: 16 } as const;
      const bytes = await sharp(frames, { raw }).toFormat(format, { lossless: true }).toBuffer();
      const first = await decodeImage(bytes);
      expect([first.header.nPages, first.image.width, first.image.height]).toEqual([3, 16, 16]);
      expect(at(first.image, 8, 8)).toEqual([200, 200, 200]);
      expect(at((await decodeImage(bytes, { page: 2 })).image, 8, 8)).toEqual([20, 20, 20]);
      expect(await kindOf(decodeImage(bytes, { page: 3 }))).toBe('unsupported');
    },
  );

  it('shrinks while it decodes, ratios kept', async () => {
    const bytes = await picture()
      .resize(2000, 1500, { kernel: 'nearest' })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const { image, header } = await decodeImage(bytes, { maxSidePx: 200 });
    expect([image.width, image.height, header.widthPx, header.heightPx]).toEqual([150, 200, 1500, 2000]);
    expect(near(at(image, 75, 150), [20, 20, 220], 10)).toBe(true);
    expect((await decodeImage(bytes, { maxSidePx: 5000 })).image.width).toBe(1500);
  });

  it('refuses what a service does not accept', async () => {
    const webp = await picture().webp().toBuffer();
    await expect(decodeImage(webp, { formats: ['jpeg', 'png'] })).rejects.toMatchObject({
      kind: 'unsupported',
      message: 'The file is webp; accepted are jpeg, png.',
    });
  });

  it('refuses SVG, whose references could reach other files, and everything without a known beginning', async () => {
    const svg =
      '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"><image href="file:///etc/passwd"/></svg>';
    for (const text of [svg, ` \n${svg}`, `<!-- x -->${svg}`, 'P6 1 1 255 abc', '%PDF-1.4', 'just text']) {
      expect(await kindOf(decodeImage(Buffer.from(text)))).toBe('unsupported');
    }
    expect(await kindOf(decodeImage(new Uint8Array(0)))).toBe('corrupt');
  });

  it('refuses bombs before it decodes them', async () => {
    const bombs = [pngBomb(60_000, 60_000), jpegBomb(65_000, 65_000), gifBomb(65_535, 65_535)];
    for (const bomb of bombs) {
      expect(bomb.length).toBeLessThan(1000);
      const before = process.memoryUsage().rss;
      expect(await kindOf(decodeImage(bomb))).toBe('too-large');
      expect(process.memoryUsage().rss - before).toBeLessThan(64 * 2 ** 20);
    }
    expect(await kindOf(decodeImage(await picture().png().toBuffer(), { maxPixels: 1199 }))).toBe('too-large');
    expect(await kindOf(decodeImage(await picture().png().toBuffer(), { maxPixels: 1200 }))).toBe('fine');
    expect(await kindOf(decodeImage(await picture().png().toBuffer(), { maxBytes: 50 }))).toBe('too-large');
  });

  it('refuses a file that ends too early', async () => {
    for (const format of ['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const) {
      const noise = sharp({
        create: {
          width: 64,
          height: 64,
          channels: 3,
          background: '#000',
          noise: { type: 'gaussian', mean: 128, sigma: 50 },
        },
      });
      const bytes = await noise.toFormat(format).toBuffer();
      expect(await kindOf(decodeImage(bytes.subarray(0, bytes.length >> 1))), format).toBe('corrupt');
    }
  });

  it('stops when told', async () => {
    const bytes = await picture().png().toBuffer();
    await expect(decodeImage(bytes, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  });
});
