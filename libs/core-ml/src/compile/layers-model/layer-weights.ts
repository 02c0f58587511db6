import type { TensorData } from '../../graph/model.js';
import { SourceModelError } from '../errors.js';

/**
 * Weights by layer and kind. A manifest calls them `layer/kind`; the converter from Keras may put names of models around a
 * layer's, or repeat the layer's.
 */
export class LayerWeights {
  constructor(
    private readonly weights: ReadonlyMap<string, TensorData>,
    /** The models around the layers, outermost first. */
    private readonly scopes: readonly string[] = [],
  ) {}

  /** The weights of a model that is used as a layer. */
  within(model: string): LayerWeights {
    return new LayerWeights(this.weights, [...this.scopes, model]);
  }

  /** @throws SourceModelError where there is no such weight, or several that may be meant */
  of(layer: string, kind: string): TensorData {
    const scoped = [...this.scopes, layer, kind].join('/');
    const exact = this.weights.get(scoped) ?? this.weights.get(`${layer}/${kind}`);
    if (exact !== undefined) return exact;
    const fitting = [...this.weights].filter(([name]) => {
      const parts = name.split('/');
      return parts.at(-1) === kind && parts.slice(0, -1).includes(layer);
    });
    const [found, ...others] = fitting;
    if (found === undefined) throw new SourceModelError(`layer '${layer}' has no weight '${kind}'`);
    if (others.length === 0) return found[1];
    const names = fitting.map(([name]) => name).join(', ');
    throw new SourceModelError(`layer '${layer}': the weight '${kind}' may be any of ${names}`);
  }
}
