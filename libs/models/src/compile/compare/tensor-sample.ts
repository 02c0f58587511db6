import { Rng, type NamedType } from '@lantern/core-ml';
import { CompileSourceError } from '../source-error.js';

/** A tensor of numbers as both runtimes can take it. */
export interface Sample {
  readonly elementType: 'float32' | 'int32' | 'bool';
  readonly dims: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array;
}

export type Samples = ReadonlyMap<string, Sample>;

export interface SampleOptions {
  /** What the numbers lie between. */
  readonly range: readonly [least: number, most: number];
  /** Lengths of open axes by their names; those of images that are not named get 224, a batch one. */
  readonly lengths?: Readonly<Record<string, number>>;
  readonly seed: number;
}

const usualImageLength = 224;

/** Inputs for a comparison: smooth waves with noise over them, as images are; the same for the same seed. */
export function sampleInputs(inputs: readonly NamedType[], options: SampleOptions): Map<string, Sample> {
  const rng = new Rng(options.seed);
  return new Map(inputs.map((input) => [input.name, sampleInput(input, options, rng)]));
}

function sampleInput({ name, elementType, shape }: NamedType, options: SampleOptions, rng: Rng): Sample {
  if (shape === undefined) throw new CompileSourceError(`the rank of the input '${name}' is not known`);
  const dims = shape.map((length, axis) => {
    if (typeof length === 'number') return length;
    return options.lengths?.[length ?? ''] ?? (axis === 0 ? 1 : usualImageLength);
  });
  const [least, most] = options.range;
  const count = dims.reduce((product, length) => product * length, 1);
  const number = (index: number) => {
    const wave = 0.5 + 0.35 * Math.sin(index * 0.0131) * Math.cos(index * 0.00071);
    return least + (most - least) * (wave + 0.3 * (rng.float() - 0.5));
  };
  switch (elementType) {
    case 'float32':
      return { elementType, dims, data: Float32Array.from({ length: count }, (_, index) => number(index)) };
    case 'int32':
      return { elementType, dims, data: Int32Array.from({ length: count }, (_, index) => Math.floor(number(index))) };
    case 'bool':
      return { elementType, dims, data: Uint8Array.from({ length: count }, () => rng.below(2)) };
    default:
      throw new CompileSourceError(`inputs of type ${elementType} cannot be made up ('${name}')`);
  }
}
