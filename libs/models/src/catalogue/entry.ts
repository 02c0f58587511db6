import type { ModelQuality } from '../store/manifest.js';

/** An input or output of a model's graph. */
export interface TensorSpec {
  readonly name: string;
  /** ONNX's element type, such as `float32` or `int64`. */
  readonly dtype: string;
  /** Outermost first; words name dimensions that vary. */
  readonly shape: readonly (string | number)[];
}

/** How requests may share one run of the model. */
export interface BatchingLimits {
  readonly maxSize: number;
  readonly maxDelayMs: number;
}

/** A file of an npm package that is installed with the suite. */
export interface PackagePath {
  readonly package: string;
  /** Below the package's folder. */
  readonly path: string;
}

/** Where the bytes of a model's file come from. */
export type FileOrigin =
  | { readonly kind: 'url'; readonly url: string }
  /** A member of one of the entry's archives. */
  | { readonly kind: 'member'; readonly archive: string; readonly member: string }
  | ({ readonly kind: 'package' } & PackagePath);

/** One file of a catalogue entry. */
export interface CatalogueFile {
  /** Below the model's folder, as engines ask for it. */
  readonly path: string;
  /** Undefined only for members of an archive, whose own digest vouches for them. */
  readonly sha256: string | undefined;
  /** Undefined where the publisher names none. */
  readonly sizeBytes: number | undefined;
  readonly origin: FileOrigin;
}

export const archiveFormats = ['tar.gz', 'tar.bz2', 'zip'] as const;
export type ArchiveFormat = (typeof archiveFormats)[number];

/** An archive that holds files of the entry. */
export interface CatalogueArchive {
  readonly name: string;
  readonly format: ArchiveFormat;
  readonly url: string;
  readonly sha256: string;
  readonly sizeBytes: number | undefined;
}

/** A network that a dependency carries in another format; the compiler makes `model.onnx` of it. */
export interface CompiledSource extends PackagePath {
  /** Which of several networks in that file, where there are several. */
  readonly entry?: string;
  /** Every file that the network consists of, with the digests that its quality was measured with. */
  readonly sources: readonly { readonly path: string; readonly sha256: string; readonly sizeBytes: number }[];
}

/** One model of the catalogue: `libs/models/catalog/<name>.yaml`. */
export interface CatalogueEntry {
  readonly name: string;
  readonly task: string;
  /** BCP 47 tags; empty where language plays no part. */
  readonly languages: readonly string[];
  /** SPDX identifier of the weights' licence. */
  readonly licence: string;
  /** Where a person can read about it. */
  readonly source: string;
  /** What a person should know before using it. */
  readonly note: string | undefined;
  /** Among installed models of one task the highest is taken. */
  readonly preference: number;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly batching: BatchingLimits | undefined;
  /** Empty for a compiled model. */
  readonly files: readonly CatalogueFile[];
  readonly archives: readonly CatalogueArchive[];
  readonly compiled: CompiledSource | undefined;
  readonly quality: readonly ModelQuality[];
}

/** A catalogue entry that breaks the rules, with all of its violations. */
export class CatalogueError extends Error {
  constructor(
    readonly path: string,
    readonly problems: readonly string[],
  ) {
    super(`${path}: ${problems.join('; ')}`);
    this.name = 'CatalogueError';
  }
}
