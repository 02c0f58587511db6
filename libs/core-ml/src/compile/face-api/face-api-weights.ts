import type { TensorData } from '../../graph/model.js';
import { SourceModelError } from '../errors.js';

/** A network's weights by their names in face-api's manifest, checked as they are asked for. */
export class FaceApiWeights {
  constructor(
    private readonly weights: ReadonlyMap<string, TensorData>,
    /** A folder of names, with its slash; empty for all. */
    private readonly prefix = '',
  ) {}

  /** The folder's name, by which nodes are called. */
  get name(): string {
    return this.prefix.slice(0, -1);
  }

  /** The weights below a name. */
  in(folder: string): FaceApiWeights {
    return new FaceApiWeights(this.weights, `${this.prefix}${folder}/`);
  }

  /**
   * @param rank how many dimensions it has to have
   * @throws SourceModelError where it is missing, or is no float32 tensor of that rank
   */
  get(name: string, rank: number): TensorData {
    const path = this.prefix + name;
    const weight = this.weights.get(path);
    if (weight === undefined) throw new SourceModelError(`the weight '${path}' is missing`);
    if (weight.elementType !== 'float32' || weight.dims.length !== rank) {
      const found = `${weight.elementType} [${weight.dims.join(', ')}]`;
      throw new SourceModelError(`the weight '${path}' should be float32 of ${rank} dimensions, found ${found}`);
    }
    return weight;
  }
}
