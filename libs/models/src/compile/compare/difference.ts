import type { Sample } from './tensor-sample.js';

/** How far a tensor lies from its reference. */
export interface Difference {
  readonly name: string;
  readonly dims: readonly number[];
  /** Largest absolute difference; infinite where one is no number and the other is. */
  readonly largest: number;
  readonly mean: number;
  /** Largest absolute value of the reference, by which to judge the above. */
  readonly magnitude: number;
}

/** Element by element. @throws RangeError where the two have different counts */
export function differenceOf(name: string, expected: Sample, actual: Sample): Difference {
  const { data } = expected;
  if (data.length !== actual.data.length) {
    throw new RangeError(`${name}: [${expected.dims.join(', ')}] in TensorFlow.js, [${actual.dims.join(', ')}] compiled`);
  }
  let largest = 0;
  let sum = 0;
  let magnitude = 0;
  for (let i = 0; i < data.length; i++) {
    const distance = distanceOf(data[i]!, actual.data[i]!);
    largest = Math.max(largest, distance);
    sum += distance;
    magnitude = Math.max(magnitude, Math.abs(data[i]!));
  }
  return { name, dims: actual.dims, largest, mean: data.length === 0 ? 0 : sum / data.length, magnitude };
}

function distanceOf(a: number, b: number): number {
  if (Object.is(a, b) || a === b) return 0;
  const distance = Math.abs(a - b);
  return Number.isNaN(distance) ? Infinity : distance;
}
