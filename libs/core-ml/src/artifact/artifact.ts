/** A named array of a saved model. `shape` is row-major. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | Int32Array | Uint32Array | Uint16Array | Uint8Array;
}

/** A value in an artifact's header. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

/** A trained model at rest: what `save` gives, what `restore` takes, and what a file holds. */
export interface Artifact {
  /** Name and number of the format, `blazingtext/1`. A change of what is written means a new number. */
  readonly format: string;
  /** SageMaker's name of the algorithm. */
  readonly algorithm: string;
  readonly hyperparameters: Readonly<Record<string, string | number | boolean>>;
  /** Version of the program that wrote it. */
  readonly writer: string;
  /** Small facts that are not numbers in bulk. */
  readonly attributes: Readonly<Record<string, Plain>>;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/** Bytes that are not an artifact, or not one that can be trusted. */
export class ArtifactError extends Error {
  override readonly name = 'ArtifactError';
}

/**
 * A tensor of an artifact, checked.
 * @throws ArtifactError if it is missing, of another dtype, or of another shape (-1 accepts any size).
 */
export function tensorOf<C extends Tensor['data']>(
  artifact: Artifact,
  name: string,
  dtype: new (length: number) => C,
  shape: readonly number[],
): C {
  const tensor = artifact.tensors.get(name);
  if (tensor === undefined) throw new ArtifactError(`The tensor ${name} is missing.`);
  if (!(tensor.data instanceof dtype)) throw new ArtifactError(`The tensor ${name} is not a ${dtype.name}.`);
  const fits = shape.length === tensor.shape.length && shape.every((n, i) => n === -1 || n === tensor.shape[i]);
  if (!fits) throw new ArtifactError(`The tensor ${name} has shape ${tensor.shape.join('×')}, not ${shape.join('×')}.`);
  return tensor.data;
}
