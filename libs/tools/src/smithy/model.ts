/** The parts of Smithy's JSON AST (version 2.0) that the generator reads. https://smithy.io/2.0/spec/json-ast.html */
export interface SmithyReference {
  readonly target: string;
  readonly traits?: Readonly<Record<string, unknown>>;
}

export interface SmithyShape {
  readonly type: string;
  readonly traits?: Readonly<Record<string, unknown>>;
  readonly members?: Readonly<Record<string, SmithyReference>>;
  readonly member?: SmithyReference;
  readonly key?: SmithyReference;
  readonly value?: SmithyReference;
  readonly input?: SmithyReference;
  readonly output?: SmithyReference;
  readonly errors?: readonly SmithyReference[];
  readonly operations?: readonly SmithyReference[];
  readonly resources?: readonly SmithyReference[];
  readonly version?: string;
}

export interface SmithyModel {
  readonly shapes: Readonly<Record<string, SmithyShape>>;
}

/** `com.amazonaws.s3#Bucket` → `Bucket`; prelude shapes get a `$`, so that a model's own `String` stays apart. */
export function shortName(id: string): string {
  const name = id.slice(id.indexOf('#') + 1);
  return id.startsWith('smithy.api#') ? `$${name}` : name;
}

/** A trait's value, or undefined where the shape or member lacks it. */
export function trait<T = unknown>(
  of: { readonly traits?: Readonly<Record<string, unknown>> },
  id: string,
): T | undefined {
  return of.traits?.[id.includes('#') ? id : `smithy.api#${id}`] as T | undefined;
}

const preludeTypes: Readonly<Record<string, string>> = {
  String: 'string',
  Blob: 'blob',
  Boolean: 'boolean',
  PrimitiveBoolean: 'boolean',
  Byte: 'byte',
  Short: 'short',
  Integer: 'integer',
  PrimitiveInteger: 'integer',
  Long: 'long',
  PrimitiveLong: 'long',
  Float: 'float',
  Double: 'double',
  BigInteger: 'bigInteger',
  BigDecimal: 'bigDecimal',
  Timestamp: 'timestamp',
  Document: 'document',
};

/** The shape behind an id, prelude shapes included. Throws on a dangling reference. */
export function resolve(model: SmithyModel, id: string): SmithyShape {
  const shape = model.shapes[id];
  if (shape) return shape;
  const name = id.slice(id.indexOf('#') + 1);
  if (name === 'Unit') return { type: 'structure', members: {} };
  const type = preludeTypes[name];
  if (!id.startsWith('smithy.api#') || !type) throw new Error(`the model refers to ${id}, which it does not define`);
  return { type };
}
