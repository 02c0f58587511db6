import type { ConverterTable } from '../converter.js';
import { convolutions } from './convolution.js';
import { elementwise } from './elementwise.js';
import { products } from './matrix.js';
import { reductions } from './reduction.js';
import { selections } from './selection.js';
import { shapes } from './shape.js';

const identity: ConverterTable[string] = (call) => call.input(0);

/** Nodes that give their input on: markers for training, devices and names. */
const passed: ConverterTable = {
  Identity: identity,
  IdentityN: (call) => call.inputs,
  StopGradient: identity,
  PreventGradient: identity,
  Snapshot: identity,
  CheckNumerics: identity,
  EnsureShape: identity,
};

/** Every TensorFlow operator that graph models may use; `Const` and placeholders are read by the compiler itself. */
export const converters: ReadonlyMap<string, ConverterTable[string]> = new Map(
  Object.entries({
    ...convolutions,
    ...elementwise,
    ...passed,
    ...products,
    ...reductions,
    ...selections,
    ...shapes,
  }),
);

/** The names of TensorFlow operators that can be compiled in graph models, in alphabetical order. */
export const supportedOperators: readonly string[] = [
  ...converters.keys(),
  'Const',
  'Placeholder',
  'PlaceholderWithDefault',
].sort();
