import { shapeOf, type Located, type Padding } from '../../emit/index.js';
import { UnsupportedUseError } from '../../errors.js';
import type { LayerConfig } from '../layer-config.js';
import type { ConverterCall } from '../layer-converter.js';

/** How a convolution over images moves, from Keras's configuration. */
export function convolutionWindow(config: LayerConfig) {
  const dilations = pair(config.perAxis('dilation_rate', 2, 1));
  return { strides: pair(config.perAxis('strides', 2, 1)), padding: paddingOf(config), dilations };
}

/** How a pool over images moves; without strides its windows lie side by side. */
export function poolWindow(config: LayerConfig) {
  requireChannelsLast(config);
  const size = pair(config.perAxis('pool_size', 2, 2));
  const strides = config.has('strides') ? pair(config.perAxis('strides', 2)) : size;
  return { size, strides, padding: paddingOf(config) };
}

export function paddingOf(config: LayerConfig): Padding & string {
  return config.word('padding', ['valid', 'same'], 'valid');
}

export const biasOf = ({ config, weight }: ConverterCall) =>
  config.flag('use_bias', true) ? { bias: weight('bias') } : {};

/** @throws UnsupportedUseError where the layer has its channels first, which TensorFlow.js computes on few back ends */
export function requireChannelsLast(config: LayerConfig): void {
  if (config.text('data_format', 'channels_last') !== 'channels_last') {
    throw new UnsupportedUseError('channels come first in it');
  }
}

/** Height and width of an image. @throws UnsupportedUseError where they are open */
export function imageSize(x: Located): [height: number, width: number] {
  const shape = shapeOf(x);
  return [fixed(shape?.[1]), fixed(shape?.[2])];
}

export function fixed(length: unknown): number {
  if (typeof length !== 'number') throw new UnsupportedUseError('its input has an open length');
  return length;
}

export const pair = (values: readonly number[]): readonly [number, number] => [values[0]!, values[1]!];
