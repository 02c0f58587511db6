import type { InferenceSession } from 'onnxruntime-node';
import type { ModelSignature, ValueDescription } from '../signature.js';
import { isRuntimeElementType } from '../tensors/tensor.js';
import { LoadFailed } from './load-failed.js';

/**
 * A loaded model's inputs and outputs.
 * @throws LoadFailed where one of them is not a tensor, or of an element type without an array
 */
export function readSignature(session: InferenceSession, _bytes: Uint8Array): ModelSignature {
  return {
    inputs: session.inputMetadata.map((value) => describe('input', value)),
    outputs: session.outputMetadata.map((value) => describe('output', value)),
  };
}

function describe(role: string, value: InferenceSession.ValueMetadata): ValueDescription {
  const { name } = value;
  if (!value.isTensor) throw new LoadFailed('unsupported', `${role} ${name} is not a tensor`);
  if (!isRuntimeElementType(value.type))
    throw new LoadFailed('unsupported', `${role} ${name} has the element type ${value.type}`);
  // The runtime gives an empty name to lengths that have none.
  const shape = value.shape.map((length) => (length === '' ? undefined : length));
  return { name, elementType: value.type, shape };
}
