import { FeedError } from './errors.js';
import { describeShape, describeValue, type ValueDescription } from './signature.js';
import { arrayTypes, isRuntimeElementType, nElements, type NamedTensors, type Tensor } from './tensors/tensor.js';

/**
 * Checks feeds against a model's inputs: names, element types, ranks, fixed lengths, and that lengths of one name are the same
 * everywhere. Tensors without elements are left out of the last: decoders take them for a memory that is empty yet.
 * @throws FeedError with everything that is wrong
 */
export function checkFeeds(inputs: readonly ValueDescription[], feeds: NamedTensors): void {
  const problems: string[] = [];
  const known = new Map(inputs.map((input) => [input.name, input]));
  for (const name of Object.keys(feeds))
    if (!known.has(name)) problems.push(`there is no input ${name}; there are: ${[...known.keys()].join(', ')}`);
  const lengths = new Map<string, { length: number; input: string }>();
  for (const input of inputs) {
    const feed = Object.hasOwn(feeds, input.name) ? feeds[input.name] : undefined;
    if (!feed) {
      problems.push(`${describeValue(input)} is missing`);
      continue;
    }
    const problem = problemOfValues(feed) ?? problemOfShape(input, feed);
    if (problem) problems.push(`${input.name} ${problem}`);
    else problems.push(...unequalLengths(input, feed, lengths));
  }
  if (problems.length > 0) throw new FeedError(problems);
}

/**
 * Checks the names of outputs that a caller wants.
 * @throws FeedError where one does not exist, or none is wanted
 */
export function checkFetch(outputs: readonly ValueDescription[], fetch: readonly string[]): void {
  const known = outputs.map(({ name }) => name);
  const problems = fetch
    .filter((name) => !known.includes(name))
    .map((name) => `there is no output ${name}; there are: ${known.join(', ')}`);
  if (fetch.length === 0) problems.push('no output is asked for');
  if (problems.length > 0) throw new FeedError(problems);
}

/** What is wrong with a tensor by itself. Its parts come from callers, who may not be type-checked. */
function problemOfValues({ elementType, dims, data }: Tensor): string | undefined {
  if (!isRuntimeElementType(elementType)) return `has the unknown element type ${String(elementType)}`;
  if (!Array.isArray(dims) || !dims.every((length) => Number.isSafeInteger(length) && length >= 0))
    return `has dims that are not lengths: ${JSON.stringify(dims)}`;
  if (elementType === 'string') {
    if (!Array.isArray(data) || !data.every((value) => typeof value === 'string')) return 'is not an array of strings';
  } else if (!(data instanceof arrayTypes[elementType])) {
    return `has its ${elementType} values not in a ${arrayTypes[elementType].name}`;
  }
  const expected = nElements(dims);
  if (data.length === 0 && expected > 0 && isDetached(data))
    return 'was moved away by an earlier run; keep it with keepFeeds';
  if (data.length !== expected) return `has ${data.length} values for dims ${describeShape(dims)}, not ${expected}`;
  return undefined;
}

// A view of a buffer that was moved has no bytes and starts at 0; an array that was made empty looks the same, and is as wrong.
const isDetached = (data: Tensor['data']): boolean => ArrayBuffer.isView(data) && data.buffer.byteLength === 0;

function problemOfShape(input: ValueDescription, { elementType, dims }: Tensor): string | undefined {
  if (elementType !== input.elementType) return `is ${elementType}, not ${input.elementType}`;
  const { shape } = input;
  if (!shape) return undefined;
  const isRight =
    dims.length === shape.length &&
    shape.every((length, i) => typeof length !== 'number' || length === dims[i]);
  return isRight ? undefined : `has dims ${describeShape(dims)}, not ${describeShape(shape)}`;
}

function unequalLengths(
  { name, shape }: ValueDescription,
  { dims, data }: Tensor,
  lengths: Map<string, { length: number; input: string }>,
): string[] {
  if (!shape || data.length === 0) return [];
  const problems: string[] = [];
  shape.forEach((dimension, i) => {
    if (typeof dimension !== 'string') return;
    const length = dims[i]!;
    const other = lengths.get(dimension);
    if (!other) lengths.set(dimension, { length, input: name });
    else if (other.length !== length)
      problems.push(`${name} has ${length} for ${dimension}, where ${other.input} has ${other.length}`);
  });
  return problems;
}
