export { COMPILER_VERSION, compileSource, sourceFiles, type CompileSourceOptions } from './compile-source.js';
export type { CompiledNetwork, NetworkOptions } from './compile-network.js';
export type { Difference } from './compare/difference.js';
export type { CompileProgress, CompileStage } from './progress.js';
export {
  largestDifference,
  reportText,
  type Comparison,
  type CompileSourceReport,
  type Latency,
} from './report.js';
export { CompileSourceError } from './source-error.js';
export { findNetworks, type NetworkFile } from './sources/find-networks.js';
