export {
  channelOf,
  defineAlgorithm,
  TrainingDataError,
  type Algorithm,
  type Channel,
  type Channels,
  type ChannelSpec,
  type Model,
  type TrainContext,
} from './algorithm.js';
export { algorithms } from './algorithms/index.js';
export {
  blazingText,
  compress,
  restoreClassifier,
  TextClassifier,
  trainClassifier,
  type CompressionSettings,
  type TextInstance,
  type TextPrediction,
} from './algorithms/text/blazingtext/index.js';
export { ArtifactError, tensorOf, type Artifact, type Plain, type Tensor } from './artifact/artifact.js';
export { decodeArtifact } from './artifact/decode.js';
export { encodeArtifact } from './artifact/encode.js';
export { SourceModelError, UnsupportedNetworkError, type UnsupportedUse } from './compile/errors.js';
export { parseWeightsManifest, type WeightEntry, type WeightGroup } from './compile/tensorflow/manifest.js';
export { readWeights } from './compile/tensorflow/weights.js';
export { badValues, hyperparameterTable, writtenValue } from './hyperparameters/describe.js';
export { accepted, HyperparameterError, parseHyperparameters } from './hyperparameters/parse.js';
export {
  bool,
  float,
  int,
  oneOf,
  type BoolSpec,
  type ChoiceSpec,
  type NumberSpec,
  type Schema,
  type Spec,
  type TunerRange,
  type ValuesOf,
} from './hyperparameters/schema.js';
export { bitsPerElement, byteLengthOf, elementCount } from './graph/element-size.js';
export { ModelFormatError } from './graph/model-format-error.js';
export {
  elementTypes,
  type Attribute,
  type AttributeKind,
  type Dimension,
  type ElementType,
  type Graph,
  type GraphNode,
  type ModelFunction,
  type NamedType,
  type OnnxModel,
  type TensorData,
  type TensorType,
} from './graph/model.js';
export { readModel, type ReadOptions } from './graph/protobuf/read-model.js';
export { writeModel } from './graph/protobuf/write-model.js';
export { Rng } from './random/rng.js';
