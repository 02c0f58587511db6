import type { ModelManifest } from './manifest.js';

/** A file of a model, on this machine. */
export interface ReadyFile {
  /** Absolute. */
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** Where a model comes from: this repository, a dependency, or the catalogue. */
export type ModelOrigin = 'shipped' | 'package' | 'catalogue';

/** A model whose files can be opened now. */
export interface ReadyModel {
  readonly name: string;
  readonly task: string;
  /** BCP 47 tags; empty where language plays no part. */
  readonly languages: readonly string[];
  readonly origin: ModelOrigin;
  readonly manifest: ModelManifest;
  /** SHA-256 over the digests of its files: what logs and records name. */
  readonly digest: string;
  /** By the path in the manifest, such as `model.onnx`. */
  readonly files: ReadonlyMap<string, ReadyFile>;
}

/**
 * A file of a model by its path in the manifest.
 * @throws Error with the paths that there are
 */
export function fileOf(model: ReadyModel, path: string): ReadyFile {
  const file = model.files.get(path);
  if (file) return file;
  throw new Error(`the model ${model.name} has no file ${path}; it has ${[...model.files.keys()].join(', ')}`);
}

/** A model that is listed, installed or not. */
export interface ListedModel {
  readonly name: string;
  readonly task: string;
  readonly languages: readonly string[];
  readonly licence: string;
  readonly source: string;
  readonly origin: ModelOrigin;
  /** True where it can be used now; models of packages always can. */
  readonly isReady: boolean;
  /** Among models of one task that are ready the highest is taken. */
  readonly preference: number;
  /** Of its files; undefined where no one knows before it is pulled. */
  readonly sizeBytes: number | undefined;
  /** Undefined before it is installed. */
  readonly digest: string | undefined;
  readonly quality: ModelManifest['quality'];
}
