import { FeedError } from './errors.js';
import { describeValue, type ModelSignature, type ValueDescription } from './signature.js';
import type { NamedTensors, Tensor } from './tensors/tensor.js';

/** How requests of different callers are run as one. */
export interface BatchingOptions {
  /**
   * The length along which requests are joined, by its name in the model's shapes (`'batch'`); for models that do not name
   * it, the axis of each input and output that has it (`{ input: 0, state: 1, output: 0 }`).
   */
  readonly dimension: string | Readonly<Record<string, number>>;
  /** Most rows of a batch; a request that brings more runs alone. */
  readonly maxSize: number;
  /** How long the first request of a batch waits for company; 0 takes what is waiting when a worker is free. @default 0 */
  readonly maxDelayMs?: number;
}

/** Where a model's values have their batch axis; inputs that are not listed are equal in all requests of a batch. */
export interface BatchAxes {
  readonly inputs: ReadonlyMap<string, number>;
  readonly outputs: ReadonlyMap<string, number>;
}

/**
 * Finds a model's batch axes.
 * @throws RangeError where no input has one, or an output has none and could not be handed out
 */
export function batchAxesOf({ inputs, outputs }: ModelSignature, dimension: BatchingOptions['dimension']): BatchAxes {
  const axisOf = ({ name, shape }: ValueDescription): number | undefined => {
    if (typeof dimension !== 'string') return Object.hasOwn(dimension, name) ? dimension[name] : undefined;
    const axis = shape?.indexOf(dimension) ?? -1;
    return axis < 0 ? undefined : axis;
  };
  const collect = (values: readonly ValueDescription[]) => {
    const axes = new Map<string, number>();
    for (const value of values) {
      const axis = axisOf(value);
      if (axis === undefined) continue;
      if (!Number.isInteger(axis) || axis < 0 || (value.shape && axis >= value.shape.length))
        throw new RangeError(`there is no axis ${axis} in ${describeValue(value)}`);
      axes.set(value.name, axis);
    }
    return axes;
  };
  const axes = { inputs: collect(inputs), outputs: collect(outputs) };
  const named = typeof dimension === 'string' ? dimension : 'axis for the batch';
  if (axes.inputs.size === 0)
    throw new RangeError(`no input has the dimension ${named}: ${inputs.map(describeValue).join('; ')}`);
  const whole = outputs.filter(({ name }) => !axes.outputs.has(name));
  if (whole.length > 0)
    throw new RangeError(`outputs without the dimension ${named}: ${whole.map(describeValue).join('; ')}`);
  return axes;
}

/** Which batch a request may join. */
export interface BatchPlace {
  /** Requests of one group are alike in everything but their rows; undefined joins none. */
  readonly group: string | undefined;
  /** Its length along the batch axis. */
  readonly rows: number;
}

/** Inputs without a batch axis are compared by content up to this size: a sampling rate, not an image. */
const MAX_COMPARED_BYTES = 256;

/**
 * Finds what a request has in common with others that may share its batch.
 * @throws FeedError where its inputs differ in their number of rows
 */
export function batchPlaceOf(axes: BatchAxes, feeds: NamedTensors, fetch: readonly string[]): BatchPlace {
  let rows: number | undefined;
  const traits: string[] = [fetch.join()];
  let isAlone = false;
  // Inputs come in each caller's own order.
  for (const name of Object.keys(feeds).sort()) {
    const feed = feeds[name]!;
    const axis = axes.inputs.get(name);
    if (axis === undefined) {
      const content = contentOf(feed);
      if (content === undefined) isAlone = true;
      traits.push(`${name}[${feed.dims.join()}]=${content}`);
      continue;
    }
    const length = feed.dims[axis] ?? 0;
    if (rows !== undefined && rows !== length)
      throw new FeedError([`${name} has ${length} rows, where the inputs before it have ${rows}`]);
    rows = length;
    traits.push(`${name}[${feed.dims.with(axis, -1).join()}]`);
  }
  return { group: isAlone ? undefined : traits.join(' '), rows: rows ?? 0 };
}

function contentOf({ data }: Tensor): string | undefined {
  if (!ArrayBuffer.isView(data)) return data.length <= 4 ? JSON.stringify(data) : undefined;
  return data.byteLength <= MAX_COMPARED_BYTES ? data.join() : undefined;
}
