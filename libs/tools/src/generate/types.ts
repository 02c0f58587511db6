import {
  resolve,
  shortName,
  trait,
  type SmithyModel,
  type SmithyReference,
  type SmithyShape,
} from '../smithy/model.js';
import { enumValues } from './shapes.js';

const numeric = new Set(['byte', 'short', 'integer', 'long', 'float', 'double', 'bigInteger', 'bigDecimal']);
const isNamed = (shape: SmithyShape) => ['structure', 'union', 'enum', 'intEnum'].includes(shape.type);

/** A TypeScript identifier for a shape; a model's lower-case or reserved names stay legal. */
export const typeName = (id: string): string => shortName(id).replace('$Unit', 'Unit');

/** The TypeScript type of a reference. Lists, maps and simple shapes are written in place; the rest by name. */
function typeOf(model: SmithyModel, id: string): string {
  const shape = resolve(model, id);
  if (isNamed(shape))
    return trait(shape, 'streaming') && shape.type === 'union' ? `AsyncIterable<${typeName(id)}>` : typeName(id);
  if (numeric.has(shape.type)) return 'number';
  switch (shape.type) {
    case 'boolean':
      return 'boolean';
    case 'timestamp':
      return 'Date';
    case 'blob':
      return trait(shape, 'streaming') ? 'Readable' : 'Uint8Array';
    case 'document':
      return 'unknown';
    case 'list':
    case 'set':
      return `readonly ${bracketed(typeOf(model, shape.member!.target))}[]`;
    case 'map':
      return `{ readonly [key: string]: ${typeOf(model, shape.value!.target)} }`;
    default:
      return 'string';
  }
}

const bracketed = (type: string) => (/^readonly|\|/.test(type) ? `(${type})` : type);

function property(model: SmithyModel, name: string, ref: SmithyReference): string {
  const required = trait(ref, 'required') !== undefined;
  const type = typeOf(model, ref.target);
  return `  readonly ${JSON.stringify(name).replace(/^"(\w+)"$/, '$1')}${required ? '' : '?'}: ${type}${required ? '' : ' | undefined'};`;
}

/** The declaration of one named shape. */
export function declaration(model: SmithyModel, id: string): string | undefined {
  const shape = resolve(model, id);
  if (!isNamed(shape)) return undefined;
  const name = typeName(id);
  if (shape.type === 'enum' || shape.type === 'intEnum') {
    return `export type ${name} = ${enumValues(shape)
      .map((value) => JSON.stringify(value))
      .join(' | ')};`;
  }
  const members = Object.entries(shape.members ?? {});
  if (shape.type === 'union') {
    const variants = members.map(([key, ref]) => `  | { readonly ${key}: ${typeOf(model, ref.target)} }`);
    return `export type ${name} =\n${variants.join('\n')};`;
  }
  if (members.length === 0) return `export type ${name} = { readonly [member: string]: never };`;
  return `export interface ${name} {\n${members.map(([key, ref]) => property(model, key, ref)).join('\n')}\n}`;
}
