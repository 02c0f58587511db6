/** [a, b, c, d, e, f]: x' = a x + b y + c, y' = d x + e y + f; a 2 x 3 matrix, row by row. */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** A place in pixels. */
export type PixelPoint = readonly [xPx: number, yPx: number];

export function applyAffine([a, b, c, d, e, f]: Affine, [x, y]: PixelPoint): PixelPoint {
  return [a * x + b * y + c, d * x + e * y + f];
}

/** The map that does `first`, then `second`. */
export function composeAffine(second: Affine, first: Affine): Affine {
  const [a, b, c, d, e, f] = second;
  const [p, q, r, s, t, u] = first;
  return [a * p + b * s, a * q + b * t, a * r + b * u + c, d * p + e * s, d * q + e * t, d * r + e * u + f];
}

/** @throws RangeError where the map flattens the plane. */
export function invertAffine([a, b, c, d, e, f]: Affine): Affine {
  const determinant = a * e - b * d;
  if (!Number.isFinite(determinant) || Math.abs(determinant) < 1e-12) {
    throw new RangeError(`an affine map of determinant ${determinant} has no inverse`);
  }
  const [p, q, s, t] = [e / determinant, -b / determinant, -d / determinant, a / determinant];
  return [p, q, -(p * c + q * f), s, t, -(s * c + t * f)];
}

/**
 * The rotation, uniform scale and shift that takes one set of points to another with the least squared error (Umeyama,
 * "Least-squares estimation of transformation parameters between two point patterns", 1991; in the plane it has a closed
 * form). For face alignment: landmarks found, to where a network expects them.
 * @throws RangeError for fewer than two points, sets of different sizes, or points that all coincide
 */
export function similarityTransform(from: readonly PixelPoint[], to: readonly PixelPoint[]): Affine {
  const n = from.length;
  if (n < 2 || to.length !== n) throw new RangeError(`${n} and ${to.length} points: two or more pairs are needed`);
  const mean = (points: readonly PixelPoint[], axis: 0 | 1) => points.reduce((sum, p) => sum + p[axis], 0) / n;
  const [fx, fy, tx, ty] = [mean(from, 0), mean(from, 1), mean(to, 0), mean(to, 1)];
  let dot = 0;
  let cross = 0;
  let spread = 0;
  for (const [i, [x, y]] of from.entries()) {
    const [u, v] = to[i]!;
    dot += (x - fx) * (u - tx) + (y - fy) * (v - ty);
    cross += (x - fx) * (v - ty) - (y - fy) * (u - tx);
    spread += (x - fx) ** 2 + (y - fy) ** 2;
  }
  if (spread < 1e-12) throw new RangeError('the points coincide: they have no direction');
  const a = dot / spread;
  const b = cross / spread;
  return [a, -b, tx - a * fx + b * fy, b, a, ty - b * fx - a * fy];
}
