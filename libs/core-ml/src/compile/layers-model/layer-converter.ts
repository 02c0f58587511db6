import type { TensorData } from '../../graph/model.js';
import type { Located, NhwcEmitter } from '../emit/index.js';
import type { LayerConfig } from './layer-config.js';

/** What a converter sees of one call of a layer. */
export interface ConverterCall {
  readonly emitter: NhwcEmitter;
  readonly config: LayerConfig;
  /** At least one. */
  readonly inputs: readonly [Located, ...Located[]];
  /** A weight of the layer by Keras's name, e.g. `kernel`. @throws SourceModelError where it is missing */
  readonly weight: (name: string) => TensorData;
}

/**
 * Emits one kind of layer.
 * @throws UnsupportedUseError where its configuration cannot be expressed
 */
export type LayerConverter = (call: ConverterCall) => Located;

/** Converters by Keras's class names. */
export type LayerConverters = Readonly<Record<string, LayerConverter>>;
