export { languageWords, wordFeatures, type FeatureSettings } from './language-id/index.js';
export { ManifestError, parseManifest } from './store/manifest.js';
export type { ModelFile, ModelManifest, ModelQuality } from './store/manifest.js';
export { ModelStore, shippedModels } from './store/model-store.js';
export type { InstalledModel } from './store/model-store.js';
export { BatchingPool } from './pool/batching-pool.js';
export type { PoolOptions } from './pool/batching-pool.js';
export { serveBatches } from './pool/serve-batches.js';
