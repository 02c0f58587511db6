export type { BatchingOptions } from './batch-axes.js';
export { FeedError, ModelBusyError, ModelLoadError, ModelRunError, SessionClosedError, type LoadFailure } from './errors.js';
export { ModelSession, type RunOptions } from './model-session.js';
export { ModelSessions, type ModelFileSource, type ModelSessionsOptions, type OpenOptions } from './model-sessions.js';
export type { RuntimeOptions, WarmUpOptions } from './runtime/load-request.js';
export { describeValue, type ModelSignature, type ValueDescription } from './signature.js';
export type { ModelStatistics, SessionStatistics } from './statistics.js';
export {
  tensor,
  tensorNamed,
  type ElementArrays,
  type NamedTensors,
  type RuntimeElementType,
  type Tensor,
} from './tensors/tensor.js';
