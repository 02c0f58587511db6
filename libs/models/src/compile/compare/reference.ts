import type { Sample, Samples } from './tensor-sample.js';

/** A network as TensorFlow.js runs it. */
export interface Reference {
  /** Who computes, e.g. `TensorFlow.js 4.22.0, wasm`. */
  readonly name: string;
  /** The network's outputs, in its order. */
  run(inputs: Samples): Promise<Sample[]>;
  /** Inner tensors by name; those it cannot give are left out. */
  inner(inputs: Samples, names: readonly string[]): Promise<Map<string, Sample>>;
  close(): void;
}
