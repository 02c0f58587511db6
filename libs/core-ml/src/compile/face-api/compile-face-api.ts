import type { TensorData } from '../../graph/model.js';
import { ShapeError } from '../../graph/operators/index.js';
import type { NhwcEmitter } from '../emit/index.js';
import { SourceModelError, UnsupportedNetworkError } from '../errors.js';
import { emitAgeAndGender } from './age-and-gender.js';
import { FaceApiWeights } from './face-api-weights.js';
import { emitFaceRecognition } from './face-recognition.js';
import { emitExpressions, emitLandmarks, emitTinyLandmarks } from './feature-networks.js';
import { emitSsdMobilenet } from './ssd-mobilenet.js';
import { emitTinyFaceDetector } from './tiny-face-detector.js';

/** A network of face-api: its weight files name no architecture, so that each is known by a weight of its own. */
interface FaceApiNetwork {
  /** As its files are called. */
  readonly name: string;
  readonly sign: { readonly weight: string; readonly dims: readonly number[] };
  emit(weights: FaceApiWeights, emitter: NhwcEmitter): void;
}

const networks: readonly FaceApiNetwork[] = [
  {
    name: 'ssd_mobilenetv1_model',
    sign: { weight: 'Output/extra_dim', dims: [1, 5118, 4] },
    emit: emitSsdMobilenet,
  },
  {
    name: 'tiny_face_detector_model',
    sign: { weight: 'conv8/filters', dims: [1, 1, 512, 25] },
    emit: emitTinyFaceDetector,
  },
  { name: 'face_landmark_68_model', sign: { weight: 'fc/weights', dims: [256, 136] }, emit: emitLandmarks },
  { name: 'face_landmark_68_tiny_model', sign: { weight: 'fc/weights', dims: [128, 136] }, emit: emitTinyLandmarks },
  { name: 'face_recognition_model', sign: { weight: 'fc', dims: [256, 128] }, emit: emitFaceRecognition },
  { name: 'face_expression_model', sign: { weight: 'fc/weights', dims: [256, 7] }, emit: emitExpressions },
  { name: 'age_gender_model', sign: { weight: 'fc/age/weights', dims: [512, 1] }, emit: emitAgeAndGender },
];

/** The network of face-api that has these weights; undefined where it is none of them. */
export function faceApiNetworkOf(weights: ReadonlyMap<string, TensorData>): string | undefined {
  return recognise(weights)?.name;
}

/**
 * Emits the network of face-api whose weights these are: face-api keeps its architectures in its code, here they are
 * written as graphs. Inputs and outputs are described at each network.
 * @throws UnsupportedNetworkError where the weights belong to no network of face-api
 * @throws SourceModelError where weights are missing or of another shape
 */
export function compileFaceApi(weights: ReadonlyMap<string, TensorData>, emitter: NhwcEmitter): void {
  const network = recognise(weights);
  if (network === undefined) {
    const reason = `only the architectures of face-api are known without a topology: ${networks.map(({ name }) => name).join(', ')}`;
    const [first = 'no weights'] = weights.keys();
    throw new UnsupportedNetworkError([{ operator: 'weights manifest', uses: 1, node: first, reason }]);
  }
  for (const [name, data] of weights) emitter.nameConstant(data, name);
  try {
    network.emit(new FaceApiWeights(weights), emitter);
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw new SourceModelError(`the weights do not fit ${network.name}: ${error.message}`);
  }
}

function recognise(weights: ReadonlyMap<string, TensorData>): FaceApiNetwork | undefined {
  return networks.find(({ sign }) => {
    const dims = weights.get(sign.weight)?.dims;
    return dims?.length === sign.dims.length && sign.dims.every((length, axis) => length === dims[axis]);
  });
}
