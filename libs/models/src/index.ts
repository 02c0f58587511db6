export { languageWords, wordFeatures, type FeatureSettings } from './language-id/index.js';
export { readLanguageModel, writeLanguageModel, type LanguageModel } from './language-id/index.js';
export { LanguageIdentifier, type IdentifiedLanguage } from './language-id/index.js';
export { ManifestError, parseManifest } from './store/manifest.js';
export type { ModelFile, ModelManifest, ModelQuality } from './store/manifest.js';
export { ModelStore, shippedModels } from './store/model-store.js';
export type { InstalledModel } from './store/model-store.js';
export { BatchingPool } from './pool/batching-pool.js';
export type { PoolOptions } from './pool/batching-pool.js';
export { serveBatches } from './pool/serve-batches.js';
export { Catalogue, shippedCatalogue } from './catalogue/catalogue.js';
export { CatalogueError } from './catalogue/entry.js';
export { readEntryFile } from './catalogue/catalogue.js';
export type { CatalogueArchive, CatalogueEntry, CatalogueFile, TensorSpec } from './catalogue/entry.js';
export { ModelLibrary, ModelMissingError } from './store/model-library.js';
export type { ModelLibraryOptions, ModelWish } from './store/model-library.js';
export { openModelLibrary, sourceCompiler } from './store/open-library.js';
export type { NetworkCompiler } from './store/package-models.js';
export { fileOf } from './store/ready-model.js';
export type { ListedModel, ModelOrigin, ReadyFile, ReadyModel } from './store/ready-model.js';
export type { OnProgress, PullPhase, PullProgress } from './pull/progress.js';
export {
  describeValue,
  FeedError,
  ModelBusyError,
  ModelLoadError,
  ModelRunError,
  ModelSession,
  ModelSessions,
  SessionClosedError,
  tensor,
  tensorNamed,
} from './sessions/index.js';
export type {
  BatchingOptions,
  ElementArrays,
  LoadFailure,
  ModelFileSource,
  ModelSessionsOptions,
  ModelSignature,
  ModelStatistics,
  NamedTensors,
  OpenOptions,
  RunOptions,
  RuntimeElementType,
  RuntimeOptions,
  SessionStatistics,
  Tensor,
  ValueDescription,
  WarmUpOptions,
} from './sessions/index.js';
export {
  COMPILER_VERSION,
  compileSource,
  CompileSourceError,
  findNetworks,
  largestDifference,
  reportText,
  sourceFiles,
} from './compile/index.js';
export type {
  Comparison,
  CompiledNetwork,
  CompileProgress,
  CompileSourceOptions,
  CompileSourceReport,
  CompileStage,
  Difference,
  NetworkOptions,
  Latency,
  NetworkFile,
} from './compile/index.js';
export { verifyModels, type Verified } from './store/verify.js';
export { collectGarbage, type Collected } from './store/garbage.js';
export { WrongContentError } from './store/blob-store.js';
export { FolderSource } from './pull/folder-source.js';
export { HttpSource, type HttpLimits } from './pull/http-source.js';
export { PullError, shownBytes } from './pull/pull-error.js';
export { Puller, type PullOptions } from './pull/puller.js';
export { ArchiveError } from './pull/archives/archive-error.js';
