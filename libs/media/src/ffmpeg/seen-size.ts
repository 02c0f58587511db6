/**
 * The size at which a video is seen.
 * @param pixelAspect width to height of one pixel, e.g. `16:11`; anything that is no ratio counts as square
 * @param clockwiseDegrees how a player turns it
 */
export function seenSize(
  width: number,
  height: number,
  pixelAspect: string,
  clockwiseDegrees: number,
): { readonly widthPx: number; readonly heightPx: number; readonly rotationDegrees: number } {
  const [across = 1, down = 1] = pixelAspect.split(':').map(Number);
  const ratio = across > 0 && down > 0 ? across / down : 1;
  // Pixels much longer than wide are a mistake of the file, and would blow its picture up.
  const stretched = ratio > 0.1 && ratio < 10 ? Math.max(1, Math.round(width * ratio)) : width;
  const rotationDegrees = Number.isFinite(clockwiseDegrees)
    ? (((Math.round(clockwiseDegrees / 90) * 90) % 360) + 360) % 360
    : 0;
  const turned = rotationDegrees % 180 !== 0;
  return { widthPx: turned ? height : stretched, heightPx: turned ? stretched : height, rotationDegrees };
}
