import { checkImage, type Image } from './image.js';
import { sharp } from './libvips.js';
import type { RatioBox, RatioPoint } from './mapping.js';

/** Something to show on an image. */
export interface Mark {
  readonly box?: RatioBox;
  readonly points?: readonly RatioPoint[];
  /** Drawn above the box, or beside the first point. Any text: it is escaped. */
  readonly label?: string;
  /** As SVG knows colours, e.g. `#00ff88` or `orange`; a colour per mark unless told. */
  readonly colour?: string;
}

const colours = ['#00c853', '#ff6d00', '#2962ff', '#d50000', '#aa00ff', '#ffd600', '#00b8d4'];

/**
 * Draws boxes, points and labels over an image, for people to look at. Labels need a font on the machine; without one
 * their background is all that is seen.
 */
export async function drawMarks(image: Image, marks: readonly Mark[]): Promise<Image> {
  checkImage(image);
  const { width, height } = image;
  const input = Buffer.from(toSvg(width, height, marks));
  const { data } = await sharp(image.data, { raw: { width, height, channels: 3 }, limitInputPixels: false })
    .composite([{ input, left: 0, top: 0, limitInputPixels: false }])
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width, height, channels: 3, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}

/** The drawing alone, as an SVG document of the image's size. */
export function toSvg(widthPx: number, heightPx: number, marks: readonly Mark[]): string {
  const line = Math.max(1, Math.round(Math.max(widthPx, heightPx) / 400));
  const shapes = marks.map((mark, i) => drawMark(mark, widthPx, heightPx, line, colours[i % colours.length]!));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}">${shapes.join('')}</svg>`;
}

function drawMark({ box, points = [], label, colour }: Mark, w: number, h: number, line: number, own: string): string {
  const stroke = escapeXml(colour ?? own);
  const number = (value: number) => value.toFixed(2);
  const parts: string[] = [];
  if (box) {
    const place = `x="${number(box.leftRatio * w)}" y="${number(box.topRatio * h)}"`;
    const size = `width="${number(box.widthRatio * w)}" height="${number(box.heightRatio * h)}"`;
    parts.push(`<rect ${place} ${size} fill="none" stroke="${stroke}" stroke-width="${line}"/>`);
  }
  for (const { xRatio, yRatio } of points) {
    parts.push(`<circle cx="${number(xRatio * w)}" cy="${number(yRatio * h)}" r="${line * 1.5}" fill="${stroke}"/>`);
  }
  const anchor = box
    ? { x: box.leftRatio * w, y: box.topRatio * h }
    : points[0] && { x: points[0].xRatio * w, y: points[0].yRatio * h };
  if (label !== undefined && anchor) parts.push(drawLabel(label, anchor.x, anchor.y, line, stroke));
  return parts.join('');
}

function drawLabel(label: string, x: number, y: number, line: number, background: string): string {
  const size = 6 + line * 6;
  const top = Math.max(0, y - size * 1.3);
  const width = [...label].length * size * 0.6 + size * 0.4;
  const plate = `<rect x="${x.toFixed(2)}" y="${top.toFixed(2)}" width="${width.toFixed(2)}" height="${(size * 1.3).toFixed(2)}" fill="${background}"/>`;
  const place = `x="${(x + size * 0.2).toFixed(2)}" y="${(top + size).toFixed(2)}"`;
  return `${plate}<text ${place} font-family="sans-serif" font-size="${size}" fill="white">${escapeXml(label)}</text>`;
}

/** XML 1.0 has no place for control characters, escaped or not. */
function escapeXml(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
