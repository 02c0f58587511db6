import type { Rng } from '../../../random/rng.js';

const ITERATIONS = 25;
/** Points that k-means sees: 256 a centroid, as fastText's productquantizer.h has it. */
const MOST_POINTS = 256 * 256;

/** Lloyd's k-means on a sample of the points; begins at distinct points drawn at random. */
export function trainCentroids(points: Float32Array, width: number, count: number, rng: Rng): Float32Array {
  const total = points.length / width;
  const order = new Int32Array(total);
  for (let i = 0; i < total; i++) order[i] = i;
  rng.shuffle(order);
  const sampled = Math.min(total, MOST_POINTS);
  const sample = new Float32Array(sampled * width);
  for (let i = 0; i < sampled; i++) {
    sample.set(points.subarray(order[i]! * width, (order[i]! + 1) * width), i * width);
  }
  const centroids = new Float32Array(count * width);
  // With fewer points than centroids every point is one, and the rest stay zero.
  centroids.set(sample.subarray(0, Math.min(sampled, count) * width));
  if (sampled <= count) return centroids;
  for (let i = 0; i < ITERATIONS; i++) improve(centroids, width, sample, rng);
  return centroids;
}

function improve(centroids: Float32Array, width: number, sample: Float32Array, rng: Rng): void {
  const count = centroids.length / width;
  const sums = new Float64Array(centroids.length);
  const sizes = new Int32Array(count);
  for (let at = 0; at < sample.length; at += width) {
    const chosen = nearest(centroids, width, sample, at);
    sizes[chosen]!++;
    for (let d = 0; d < width; d++) sums[chosen * width + d]! += sample[at + d]!;
  }
  for (let c = 0; c < count; c++) {
    if (sizes[c] === 0) {
      // A centroid without points begins again at a point.
      const at = rng.below(sample.length / width) * width;
      centroids.set(sample.subarray(at, at + width), c * width);
      continue;
    }
    for (let d = 0; d < width; d++) centroids[c * width + d] = sums[c * width + d]! / sizes[c]!;
  }
}

/** The number of the centroid nearest to the point at `at`. */
export function nearest(centroids: Float32Array, width: number, points: Float32Array, at: number): number {
  if (width === 2) return nearestPair(centroids, points[at]!, points[at + 1]!);
  let best = 0;
  let least = Infinity;
  for (let c = 0, from = 0; from < centroids.length; c++, from += width) {
    let distance = 0;
    for (let d = 0; d < width; d++) {
      const difference = points[at + d]! - centroids[from + d]!;
      distance += difference * difference;
    }
    if (distance < least) {
      least = distance;
      best = c;
    }
  }
  return best;
}

/** `nearest` for parts of two numbers, which are usual and most of the time of quantising. */
function nearestPair(centroids: Float32Array, x: number, y: number): number {
  let best = 0;
  let least = Infinity;
  for (let at = 0; at < centroids.length; at += 2) {
    const dx = x - centroids[at]!;
    const dy = y - centroids[at + 1]!;
    const distance = dx * dx + dy * dy;
    if (distance < least) {
      least = distance;
      best = at;
    }
  }
  return best >> 1;
}
