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
export {
  compileTensorFlow,
  type CompileOptions,
  type CompileReport,
  type TensorFlowArtifacts,
  type TensorFlowFormat,
} from './compile/compile-tensorflow.js';
export { SourceModelError, UnsupportedNetworkError, type UnsupportedUse } from './compile/errors.js';
export { faceApiNetworkOf } from './compile/face-api/compile-face-api.js';
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
export {
  GraphBuilder,
  type AttributeValues,
  type BuildOptions,
  type ForeignNode,
  type GraphBuilderOptions,
  type Value,
} from './graph/builder/index.js';
export { checkModel } from './graph/check.js';
export { describeModel, descriptionText, typeText, type ModelDescription } from './graph/describe.js';
export {
  cut,
  expose,
  extend,
  GraphEditError,
  join,
  prefixNames,
  removeUnused,
  renameValues,
  topologicalSort,
  type Cut,
  type Exposure,
  type Extension,
  type JoinOptions,
} from './graph/edit/index.js';
export { bitsPerElement, byteLengthOf, elementCount } from './graph/element-size.js';
export { inferShapes, type InferShapesOptions } from './graph/infer-shapes.js';
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
export { mapTensors, type TensorChange, type TensorPlace } from './graph/map-tensors.js';
export { operatorCounts, operatorName } from './graph/operator-counts.js';
export {
  collectExternalData,
  externalLocations,
  readModel,
  withExternalData,
  writeModel,
  type ExternalOptions,
  type ExternalReader,
  type ReadOptions,
} from './graph/protobuf/index.js';
export { Rng } from './random/rng.js';
export { isOperatorName, ShapeError, type OperatorName } from './graph/operators/index.js';
export {
  booleans,
  float16,
  float32,
  float64,
  int32,
  int64,
  int8,
  integers,
  scalar,
  strings,
  tensor,
  uint8,
} from './graph/tensor/create.js';
export {
  calibrate,
  constantFold,
  foldBatchNorm,
  quantizeDynamic,
  quantizeStatic,
  raiseOpset,
  removeIdentity,
  toFloat16Storage,
  type CalibrateOptions,
  type CalibrationRun,
  type ConstantFoldOptions,
  type Float16StorageOptions,
  type LayerOptions,
  type QuantizeDynamicOptions,
  type QuantizeStaticOptions,
  type QuantisedOperator,
  type RangeMethod,
  type ValueRange,
  type WeightFormat,
} from './graph/transform/index.js';
export { numbersOf, storedElements, type TypedArray } from './graph/tensor/read.js';
