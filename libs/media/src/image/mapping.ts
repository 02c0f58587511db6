/** A place in an image, as ratios of its width and height. */
export interface RatioPoint {
  readonly xRatio: number;
  readonly yRatio: number;
}

/** A box in an image, as ratios of its width and height. */
export interface RatioBox {
  readonly leftRatio: number;
  readonly topRatio: number;
  readonly widthRatio: number;
  readonly heightRatio: number;
}

/**
 * Where an image lies on the canvas that a network sees: canvas pixel = ratio of the image * size + offset. Pixels count
 * from the canvas's upper left corner, so the middle of its first pixel is at 0.5. Parts of the image may lie outside
 * (crop), parts of the canvas may show none of it (letterbox).
 */
export interface Mapping {
  /** The canvas, in pixels. */
  readonly canvasWidthPx: number;
  readonly canvasHeightPx: number;
  /** Upper left corner of the whole image on the canvas; negative where it was cropped. */
  readonly offsetXPx: number;
  readonly offsetYPx: number;
  /** Size of the whole image on the canvas. */
  readonly widthPx: number;
  readonly heightPx: number;
}

/** From a place on the canvas to the image; outside 0 to 1 where the canvas shows none of it. */
export function toImagePoint(mapping: Mapping, xPx: number, yPx: number): RatioPoint {
  return { xRatio: (xPx - mapping.offsetXPx) / mapping.widthPx, yRatio: (yPx - mapping.offsetYPx) / mapping.heightPx };
}

/** From a box on the canvas to the image. @param clip keeps it within the image; true unless told */
export function toImageBox(
  mapping: Mapping,
  leftPx: number,
  topPx: number,
  widthPx: number,
  heightPx: number,
  clip = true,
): RatioBox {
  const from = toImagePoint(mapping, leftPx, topPx);
  const to = toImagePoint(mapping, leftPx + widthPx, topPx + heightPx);
  const within = (ratio: number) => (clip ? Math.min(1, Math.max(0, ratio)) : ratio);
  const leftRatio = within(from.xRatio);
  const topRatio = within(from.yRatio);
  return {
    leftRatio,
    topRatio,
    widthRatio: within(to.xRatio) - leftRatio,
    heightRatio: within(to.yRatio) - topRatio,
  };
}

/** From a place in the image to the canvas, in pixels. */
export function toCanvasPoint(mapping: Mapping, point: RatioPoint): { readonly xPx: number; readonly yPx: number } {
  return {
    xPx: point.xRatio * mapping.widthPx + mapping.offsetXPx,
    yPx: point.yRatio * mapping.heightPx + mapping.offsetYPx,
  };
}
