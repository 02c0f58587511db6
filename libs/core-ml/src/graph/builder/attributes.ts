import type { Attribute, Graph, TensorData } from '../model.js';
import type { AttributeKind, AttributeSpecs, WrittenAttribute } from '../operators/definition.js';
import { ShapeError } from '../operators/shape-error.js';

/** Attributes of any operator as a TypeScript object. */
export type AttributeValues = Readonly<Record<string, WrittenAttribute | undefined>>;

/** Attributes as the operator's table says they are; those that are undefined are left out. */
export function attributesOf(
  op: string,
  specs: AttributeSpecs,
  written: AttributeValues,
): ReadonlyMap<string, Attribute> {
  const attributes = new Map<string, Attribute>();
  for (const [name, value] of Object.entries(written)) {
    if (value === undefined) continue;
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
    if (spec === undefined) throw new ShapeError(op, '', `it has no attribute ${name}.`);
    attributes.set(name, attributeOf(op, name, spec.kind, value));
  }
  return attributes;
}

function attributeOf(op: string, name: string, kind: AttributeKind, value: WrittenAttribute): Attribute {
  const refuse = (): never => {
    throw new ShapeError(op, '', `attribute ${name} must be of kind ${kind}.`);
  };
  switch (kind) {
    case 'int':
      return { kind, value: integer(value) ?? refuse() };
    case 'float':
      return { kind, value: typeof value === 'number' ? value : refuse() };
    case 'string':
      return { kind, value: typeof value === 'string' ? value : refuse() };
    case 'ints':
      return { kind, value: list(value, integer) ?? refuse() };
    case 'floats':
      return { kind, value: list(value, (one) => (typeof one === 'number' ? one : undefined)) ?? refuse() };
    case 'strings':
      return { kind, value: list(value, (one) => (typeof one === 'string' ? one : undefined)) ?? refuse() };
    case 'tensor':
      return { kind, value: isTensor(value) ? value : refuse() };
    case 'graph':
      return { kind, value: isGraph(value) ? value : refuse() };
    case 'tensors':
      return { kind, value: list(value, (one) => (isTensor(one) ? one : undefined)) ?? refuse() };
    case 'graphs':
      return { kind, value: list(value, (one) => (isGraph(one) ? one : undefined)) ?? refuse() };
  }
}

function integer(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value;
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : undefined;
}

function list<T>(value: unknown, element: (one: unknown) => T | undefined): readonly T[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const elements = value.map((one) => element(one));
  return elements.every((one) => one !== undefined) ? elements : undefined;
}

function isTensor(value: unknown): value is TensorData {
  return typeof value === 'object' && value !== null && 'elementType' in value && 'content' in value;
}

function isGraph(value: unknown): value is Graph {
  return typeof value === 'object' && value !== null && 'nodes' in value && 'outputs' in value;
}
