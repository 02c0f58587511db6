import type { TensorData } from '../model.js';
import type { Known } from '../operators/known.js';
import type { NodeCall } from '../operators/node-call.js';
import { constantOf } from '../operators/constants.js';

export function evaluateCall(call: NodeCall, _output: Known): TensorData | undefined {
  return call.op === 'Constant' ? constantOf(call.attributes) : undefined;
}
