import { readModel } from '@lantern/core-ml';
import type { InferenceSession } from 'onnxruntime-node';
import type { ModelSignature, ValueDescription } from '../signature.js';
import { isRuntimeElementType } from '../tensors/tensor.js';
import { LoadFailed } from './load-failed.js';

/**
 * A loaded model's inputs and outputs.
 * @param bytes its file, read where the runtime does not tell a scalar from a value of unknown rank
 * @throws LoadFailed where one of them is not a tensor, or of an element type without an array
 */
export function readSignature(session: InferenceSession, bytes: Uint8Array): ModelSignature {
  const values = [...session.inputMetadata, ...session.outputMetadata];
  const isUnclear = values.some((value) => value.isTensor && value.shape.length === 0);
  const unranked = isUnclear ? unrankedValues(bytes) : new Set<string>();
  return {
    inputs: session.inputMetadata.map((value) => describe('input', value, unranked)),
    outputs: session.outputMetadata.map((value) => describe('output', value, unranked)),
  };
}

function describe(
  role: string,
  value: InferenceSession.ValueMetadata,
  unranked: ReadonlySet<string>,
): ValueDescription {
  const { name } = value;
  if (!value.isTensor) throw new LoadFailed('unsupported', `${role} ${name} is not a tensor`);
  if (!isRuntimeElementType(value.type))
    throw new LoadFailed('unsupported', `${role} ${name} has the element type ${value.type}`);
  if (unranked.has(name)) return { name, elementType: value.type, shape: undefined };
  // The runtime gives an empty name to lengths that have none.
  const shape = value.shape.map((length) => (length === '' ? undefined : length));
  return { name, elementType: value.type, shape };
}

/** Names of inputs and outputs whose rank the file does not say. */
function unrankedValues(bytes: Uint8Array): ReadonlySet<string> {
  try {
    const { inputs, outputs } = readModel(bytes).graph;
    return new Set([...inputs, ...outputs].filter(({ shape }) => shape === undefined).map(({ name }) => name));
  } catch {
    // The runtime reads a format of its own too; its values then count as what the runtime calls them.
    return new Set();
  }
}
