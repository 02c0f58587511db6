import type { ElementType } from '../../graph/model.js';
import { UnsupportedUseError } from '../errors.js';
import type { LayerConfig } from './layer-config.js';

const elementTypes: Readonly<Record<string, ElementType>> = { float32: 'float32', int32: 'int32', bool: 'bool' };

/** The element type of an input layer; Keras's other types do not exist in TensorFlow.js. */
export function inputElementType(config: LayerConfig): ElementType {
  const written = config.text('dtype', 'float32');
  const known = Object.hasOwn(elementTypes, written) ? elementTypes[written] : undefined;
  if (known === undefined) throw new UnsupportedUseError(`an input of type ${written}`);
  return known;
}
