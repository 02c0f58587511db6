import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as tfCore from '@tensorflow/tfjs-core';
import type * as tfConverter from '@tensorflow/tfjs-converter';
import type * as tfLayers from '@tensorflow/tfjs-layers';
import type { Sample } from './tensor-sample.js';

/** The packages of TensorFlow.js that a comparison needs; they are no dependency of the suite. */
export interface TensorFlow {
  readonly core: typeof tfCore;
  readonly converter: typeof tfConverter;
  readonly layers: typeof tfLayers;
  readonly backend: string;
  readonly require: NodeJS.Require;
}

/** WASM is the faster of the two; the other needs no WebAssembly. */
export type Backend = 'wasm' | 'cpu';

const packages = ['core', 'converter', 'layers', 'backend-cpu', 'backend-wasm'].map((name) => `@tensorflow/tfjs-${name}`);

/**
 * TensorFlow.js, where it is installed beside this lib or where the program runs; its WASM backend computes on one thread
 * under Node.
 * @returns undefined where a package is missing
 */
export async function loadTensorFlow(backend: Backend): Promise<TensorFlow | undefined> {
  const require = findRequire();
  if (require === undefined) return undefined;
  const core = require('@tensorflow/tfjs-core') as typeof tfCore;
  // Backends register themselves with the core.
  require('@tensorflow/tfjs-backend-cpu');
  require('@tensorflow/tfjs-backend-wasm');
  await core.setBackend(backend);
  await core.ready();
  return {
    core,
    converter: require('@tensorflow/tfjs-converter') as typeof tfConverter,
    layers: require('@tensorflow/tfjs-layers') as typeof tfLayers,
    backend: core.getBackend(),
    require,
  };
}

/** Which packages to install for comparisons, as npm takes them. */
export const tensorFlowPackages: readonly string[] = packages;

function findRequire(): NodeJS.Require | undefined {
  const origins = [import.meta.url, pathToFileURL(join(process.cwd(), 'package.json')).href];
  return origins.map(createRequire).find((require) => packages.every((name) => canResolve(require, name)));
}

function canResolve(require: NodeJS.Require, name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}

export function toTensor({ core }: TensorFlow, { data, dims, elementType }: Sample): tfCore.Tensor {
  return core.tensor(data, [...dims], elementType);
}

export async function fromTensor(tensor: tfCore.Tensor): Promise<Sample> {
  const data = await tensor.data();
  const { shape: dims } = tensor;
  // Copies: the tensor's own memory is freed with it.
  if (tensor.dtype === 'int32') return { elementType: 'int32', dims, data: new Int32Array(data) };
  if (tensor.dtype === 'bool') return { elementType: 'bool', dims, data: new Uint8Array(data) };
  return { elementType: 'float32', dims, data: new Float32Array(data) };
}
