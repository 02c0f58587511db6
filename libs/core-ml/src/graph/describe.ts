import { byteLengthOf, elementCount } from './element-size.js';
import { mapTensors } from './map-tensors.js';
import type { Dimension, ElementType, NamedType, OnnxModel, TensorType } from './model.js';
import { operatorCounts } from './operator-counts.js';
import { printableText } from './printable-text.js';

/** Metadata may be a whole vocabulary. */
const LONGEST_LINE = 2_000;

/** What a model is, in numbers. */
export interface ModelDescription {
  readonly producer: string;
  readonly irVersion: number;
  readonly opsets: ReadonlyMap<string, number>;
  readonly metadata: ReadonlyMap<string, string>;
  readonly inputs: readonly NamedType[];
  readonly outputs: readonly NamedType[];
  /** How many nodes each operator has, the most frequent first; inner graphs and functions are counted, too. */
  readonly operators: ReadonlyMap<string, number>;
  readonly nNodes: number;
  /** Elements of all constants, and their bytes, by element type. Strings have no bytes here. */
  readonly parameters: ReadonlyMap<ElementType, { readonly count: number; readonly bytes: number }>;
  readonly nParameters: number;
  readonly parameterBytes: number;
}

/** Counts what a model is made of. */
export function describeModel(model: OnnxModel): ModelDescription {
  const operators = operatorCounts(model.graph.nodes);
  for (const definition of model.functions ?? []) operatorCounts(definition.nodes, operators);
  const parameters = new Map<ElementType, { count: number; bytes: number }>();
  mapTensors(model, (tensor) => {
    const sum = parameters.get(tensor.elementType) ?? { count: 0, bytes: 0 };
    sum.count += elementCount(tensor.dims);
    sum.bytes += byteLengthOf(tensor.elementType, tensor.dims);
    parameters.set(tensor.elementType, sum);
    return tensor;
  });
  const frequent = [...operators].sort(([name, count], [other, otherCount]) => {
    return otherCount - count || (name < other ? -1 : 1);
  });
  return {
    producer: [model.producerName, model.producerVersion].filter((text) => text !== '').join(' '),
    irVersion: model.irVersion,
    opsets: model.opsets,
    metadata: model.metadata,
    inputs: model.graph.inputs,
    outputs: model.graph.outputs,
    operators: new Map(frequent),
    nNodes: frequent.reduce((sum, [, count]) => sum + count, 0),
    parameters,
    nParameters: total([...parameters.values()].map(({ count }) => count)),
    parameterBytes: total([...parameters.values()].map(({ bytes }) => bytes)),
  };
}

/** A description as lines of text for people. */
export function descriptionText(description: ModelDescription): string {
  const { inputs, outputs, operators, parameters, opsets, metadata } = description;
  const types = [...parameters].map(([type, { count }]) => `${grouped(count)} ${type}`).join(', ');
  const sets = [...opsets].map(([domain, version]) => `${domain === '' ? 'ai.onnx' : domain} ${version}`);
  const lines = [
    `producer    ${description.producer === '' ? 'not said' : description.producer}`,
    `format      IR ${description.irVersion}, operator sets ${sets.join(', ')}`,
    ...inputs.map((input, index) => `${index === 0 ? 'inputs' : ''}`.padEnd(12) + namedText(input)),
    ...outputs.map((output, index) => `${index === 0 ? 'outputs' : ''}`.padEnd(12) + namedText(output)),
    `parameters  ${grouped(description.nParameters)} in ${sizeText(description.parameterBytes)}${types && ` (${types})`}`,
    `operators   ${grouped(description.nNodes)}: ${[...operators].map(([name, n]) => `${n} ${name}`).join(', ')}`,
    ...[...metadata].map(([key, value], index) => `${index === 0 ? 'metadata' : ''}`.padEnd(12) + `${key} = ${value}`),
  ];
  return lines.map((line) => printableText(line, LONGEST_LINE)).join('\n');
}

/** A tensor's type for people: `float32 [batch, 3, 224, 224]`, `?` for a length that is not known. */
export function typeText({ elementType, shape }: TensorType): string {
  const lengths = shape?.map((length: Dimension) => length ?? '?').join(', ') ?? '...';
  return `${elementType === 'undefined' ? 'any type' : elementType} [${lengths}]`;
}

function namedText(value: NamedType): string {
  return `${value.name}: ${typeText(value)}`;
}

/** Digits in groups of three, whatever the machine's language. */
function grouped(count: number): string {
  return `${count}`.replace(/\B(?=(\d{3})+$)/g, ',');
}

function sizeText(bytes: number): string {
  if (bytes < 1e3) return `${bytes} bytes`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
