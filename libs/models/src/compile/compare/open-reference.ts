import { faceApiNetworkOf, readWeights, type TensorFlowFormat } from '@lantern/core-ml';
import type { NetworkBytes } from '../sources/read-network.js';
import { openFaceApi } from './face-api-reference.js';
import type { Reference } from './reference.js';
import { openGraphModel, openLayersModel } from './saved-model-reference.js';
import { loadTensorFlow, tensorFlowPackages, type Backend } from './tensorflow.js';

/** A reference, or the reason why there is none. */
export type ReferenceOrReason =
  { readonly reference: Reference; readonly reason?: undefined } | { readonly reference?: undefined; readonly reason: string };

/** The network as TensorFlow.js runs it, where that is installed. */
export async function openReference(
  network: NetworkBytes,
  format: TensorFlowFormat,
  backend: Backend = 'wasm',
): Promise<ReferenceOrReason> {
  const tensorFlow = await loadTensorFlow(backend);
  if (tensorFlow === undefined) {
    return { reason: `TensorFlow.js is not installed (npm install --no-save ${tensorFlowPackages.join(' ')})` };
  }
  switch (format) {
    case 'graph-model':
      return { reference: await openGraphModel(tensorFlow, network) };
    case 'layers-model':
      return { reference: await openLayersModel(tensorFlow, network) };
    case 'face-api': {
      const name = faceApiNetworkOf(readWeights(network.groups, (path) => network.shards.get(path)!));
      const reference = name === undefined ? undefined : await openFaceApi(tensorFlow, network, name);
      return reference === undefined ? { reason: '@vladmandic/face-api is not installed' } : { reference };
    }
  }
}
