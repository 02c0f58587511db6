import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { ModelFileSource } from '../model-sessions.js';

/** The folder of the data sets, where there is one; tests without it say so in their name. */
// A test's setting, not the program's.
// eslint-disable-next-line no-restricted-properties
export const datasets = process.env.LANTERN_DATASETS;
export const whySkipped = datasets ? '' : ' (skipped: no LANTERN_DATASETS)';

export const inDatasets = (...path: readonly string[]): string => join(datasets ?? '', ...path);

/** A file as `ModelSessions.open` takes it. */
export async function modelFile(path: string): Promise<ModelFileSource> {
  return { path, digest: createHash('sha256').update(await readFile(path)).digest('hex') };
}

/** Pixels in rows, three bytes each. */
export interface Picture {
  readonly widthPx: number;
  readonly heightPx: number;
  /** [row, column, channel] */
  readonly rgb: Uint8Array;
}

/** A picture's pixels; stretched to a size where one is given. */
export async function readPicture(path: string, sizePx?: { width: number; height: number }): Promise<Picture> {
  const image = sharp(path).rotate().removeAlpha().toColourspace('srgb');
  if (sizePx) image.resize(sizePx.width, sizePx.height, { fit: 'fill', kernel: 'linear' });
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  return { widthPx: info.width, heightPx: info.height, rgb: new Uint8Array(data) };
}

/**
 * A picture as a network takes it: [channel, row, column], each value `(byte - mean) / deviation`.
 * @param order of the channels in the tensor, as indices into red, green, blue
 */
export function planes(
  { rgb, widthPx, heightPx }: Picture,
  order: readonly [number, number, number],
  mean: readonly [number, number, number],
  deviation: readonly [number, number, number],
): Float32Array {
  const nPixels = widthPx * heightPx;
  const values = new Float32Array(3 * nPixels);
  for (let channel = 0; channel < 3; channel++)
    for (let i = 0; i < nPixels; i++)
      values[channel * nPixels + i] = (rgb[3 * i + order[channel]!]! - mean[channel]!) / deviation[channel]!;
  return values;
}

/** A box with its upper left corner, and what is in it. */
export interface Detection {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly probability: number;
}

/** Area of the intersection by that of the union, 0 to 1. */
export function overlap(a: Omit<Detection, 'probability'>, b: Omit<Detection, 'probability'>): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (a.width * a.height + b.width * b.height - shared);
}

/** Keeps the most probable of boxes that overlap by more than this. */
export function suppress<D extends Detection>(detections: readonly D[], most: number): D[] {
  const kept: D[] = [];
  for (const detection of [...detections].sort((a, b) => b.probability - a.probability))
    if (kept.every((other) => overlap(other, detection) <= most)) kept.push(detection);
  return kept;
}
