import { expose } from '../../edit/index.js';
import { inferShapes } from '../../infer-shapes.js';
import type { OnnxModel } from '../../model.js';
import { Histogram, type ValueRange } from './histogram.js';
import type { LayerOptions } from './layers.js';
import { rangeOf, type RangeMethod } from './ranges.js';
import { planStatic } from './static-plan.js';

/**
 * Runs a model on examples. It is given the model with further outputs, and calls `see` after each run with all outputs
 * by name; it may hold few examples, but they must be like those to come.
 */
export type CalibrationRun = (
  model: OnnxModel,
  see: (outputs: Readonly<Record<string, ArrayLike<number>>>) => void,
) => Promise<void>;

export interface CalibrateOptions extends LayerOptions {
  /** @default min-max */
  readonly method?: RangeMethod;
}

/**
 * Measures the range of every value that `quantizeStatic` rounds, in one pass over the examples.
 * @returns ranges by the name of the value
 * @throws Error when no example was run
 */
export async function calibrate(
  model: OnnxModel,
  run: CalibrationRun,
  options: CalibrateOptions = {},
): Promise<ReadonlyMap<string, ValueRange>> {
  const { produced, consumed } = planStatic(model, options);
  const seen = new Map([...produced, ...consumed].map((name) => [name, new Histogram()]));
  const observed = observing(model, [...seen.keys()]);
  let runs = 0;
  await run(observed.model, (outputs) => {
    runs += 1;
    for (const [name, histogram] of seen) {
      const values = outputs[observed.outputs.get(name)!];
      if (values === undefined) throw new Error(`The run gave no output '${observed.outputs.get(name)}'.`);
      histogram.add(values);
    }
  });
  if (runs === 0) throw new Error('Calibration needs at least one example.');
  const method = options.method ?? { kind: 'min-max' };
  return new Map([...seen].map(([name, histogram]) => [name, rangeOf(histogram, method)]));
}

/** The model with values as further outputs, and the name that each has there. */
function observing(
  model: OnnxModel,
  names: readonly string[],
): { model: OnnxModel; outputs: ReadonlyMap<string, string> } {
  const outputs = new Map(names.map((name) => [name, `observed ${name}`]));
  const exposures = names.map((name) => ({ name: outputs.get(name)!, from: { value: name } }));
  return { model: expose(inferShapes(model), exposures), outputs };
}
