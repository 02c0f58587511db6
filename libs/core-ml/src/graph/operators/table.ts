import { arranging } from './arranging.js';
import { constants } from './constants.js';
import { control } from './control.js';
import { convolution } from './convolution.js';
import { activations, elementwise } from './elementwise.js';
import type { OperatorDefinition } from './definition.js';
import { indexing } from './indexing.js';
import { matrix } from './matrix.js';
import { normalisation } from './normalisation.js';
import { pooling } from './pooling.js';
import { quantisation } from './quantisation.js';
import { recurrent } from './recurrent.js';
import { reductions } from './reduction.js';
import { selection } from './selection.js';
import { shaping } from './shaping.js';
import { widening } from './widening.js';

/** Every operator of ONNX's own set that this library knows, by name. */
export const operators = {
  ...activations,
  ...arranging,
  ...constants,
  ...control,
  ...convolution,
  ...elementwise,
  ...indexing,
  ...matrix,
  ...normalisation,
  ...pooling,
  ...quantisation,
  ...recurrent,
  ...reductions,
  ...selection,
  ...shaping,
  ...widening,
};

export type Operators = typeof operators;
export type OperatorName = keyof Operators;

const byName = new Map<string, OperatorDefinition>(Object.entries(operators));

/** @param domain '' is ONNX's own operator set, also written 'ai.onnx' */
export function findOperator(op: string, domain = ''): OperatorDefinition | undefined {
  return domain === '' || domain === 'ai.onnx' ? byName.get(op) : undefined;
}

export function isOperatorName(op: string): op is OperatorName {
  return byName.has(op);
}
