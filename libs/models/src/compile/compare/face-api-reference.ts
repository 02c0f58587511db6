import { readWeights } from '@lantern/core-ml';
import type * as tfCore from '@tensorflow/tfjs-core';
import type { NetworkBytes } from '../sources/read-network.js';
import type { Reference } from './reference.js';
import { describe, withTensors } from './saved-model-reference.js';
import type { TensorFlow } from './tensorflow.js';

/** What of face-api runs a network. */
interface FaceApiNet {
  loadFromWeightMap(weights: Record<string, tfCore.Tensor>): void;
  forwardInput(input: unknown, size: number): tfCore.Tensor | Record<string, tfCore.Tensor | tfCore.Tensor[]>;
}
interface FaceApi {
  readonly nets: Readonly<Record<string, FaceApiNet>>;
  toNetInput(image: tfCore.Tensor): Promise<unknown>;
}

/** face-api's own names of its networks, and its outputs in the order of the compiled ones. */
const nets: Readonly<Record<string, { readonly net: string; readonly outputs: readonly string[] }>> = {
  ssd_mobilenetv1_model: { net: 'ssdMobilenetv1', outputs: ['boxes', 'scores'] },
  tiny_face_detector_model: { net: 'tinyFaceDetector', outputs: [] },
  face_landmark_68_model: { net: 'faceLandmark68Net', outputs: [] },
  face_landmark_68_tiny_model: { net: 'faceLandmark68TinyNet', outputs: [] },
  face_recognition_model: { net: 'faceRecognitionNet', outputs: [] },
  face_expression_model: { net: 'faceExpressionNet', outputs: [] },
  age_gender_model: { net: 'ageGenderNet', outputs: ['age', 'gender'] },
};

/**
 * A network of face-api, run by face-api's code; it gives no inner tensors.
 * @param network as core-ml calls it
 * @returns undefined where the package is not installed
 */
export async function openFaceApi(
  tensorFlow: TensorFlow,
  bytes: NetworkBytes,
  network: string,
): Promise<Reference | undefined> {
  const known = nets[network];
  const faceApi = loadFaceApi(tensorFlow);
  const net = known === undefined ? undefined : faceApi?.nets[known.net];
  if (faceApi === undefined || known === undefined || net === undefined) return undefined;
  net.loadFromWeightMap(weightTensors(tensorFlow, bytes));
  return {
    name: `face-api on ${describe(tensorFlow)}`,
    run: (inputs) =>
      withTensors(tensorFlow, inputs, async ({ image }) => {
        if (image === undefined) throw new RangeError('face-api reads one input, the image');
        const result = net.forwardInput(await faceApi.toNetInput(image), image.shape[1]!);
        if (result instanceof tensorFlow.core.Tensor) return [result];
        return known.outputs.map((output) => {
          const tensor = (result)[output];
          return Array.isArray(tensor) ? tensorFlow.core.stack(tensor) : tensor!;
        });
      }),
    inner: async () => new Map(),
    close: () => undefined,
  };
}

function loadFaceApi(tensorFlow: TensorFlow): FaceApi | undefined {
  addChainedOperations(tensorFlow.core);
  try {
    return tensorFlow.require('@vladmandic/face-api/dist/face-api.node-wasm.js') as FaceApi;
  } catch {
    return undefined;
  }
}

/** Methods of tensors that TensorFlow.js adds in its bundle of everything only, as far as face-api calls them. */
function addChainedOperations(core: typeof tfCore): void {
  type Self = tfCore.Tensor;
  const shaped = function (this: Self, ...shape: number[]) {
    return core.reshape(this, shape);
  };
  const operations: Record<string, unknown> = {
    as1D: function (this: Self) {
      return core.reshape(this, [this.size]);
    },
    ...{ as2D: shaped, as3D: shaped, as4D: shaped },
    ...Object.fromEntries(
      (['div', 'mul', 'sub', 'mean'] as const).map((name) => [
        name,
        function (this: Self, ...rest: [never]) {
          return core[name](this, ...rest);
        },
      ]),
    ),
  };
  for (const [name, operation] of Object.entries(operations)) {
    if (name in core.Tensor.prototype) continue;
    Object.defineProperty(core.Tensor.prototype, name, { value: operation, configurable: true });
  }
}

function weightTensors({ core }: TensorFlow, { groups, shards }: NetworkBytes): Record<string, tfCore.Tensor> {
  const weights = readWeights(groups, (path) => shards.get(path)!);
  const tensors = [...weights].map(([name, { elementType, dims, content }]) => {
    if (content.kind !== 'bytes') throw new RangeError(`the weight '${name}' is no number`);
    const { buffer } = Uint8Array.from(content.bytes);
    const data = elementType === 'int32' ? new Int32Array(buffer) : new Float32Array(buffer);
    return [name, core.tensor(data, [...dims], elementType === 'int32' ? 'int32' : 'float32')] as const;
  });
  return Object.fromEntries(tensors);
}
