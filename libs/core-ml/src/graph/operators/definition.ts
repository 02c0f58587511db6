import type { AttributeKind as AnyAttributeKind, Dimension, ElementType, Graph, TensorData } from '../model.js';
import type { NodeCall } from './node-call.js';
import type { Shape } from './known.js';

/** Kinds that an operator's attributes may be of; references only stand in functions. */
export type AttributeKind = Exclude<AnyAttributeKind, 'reference'>;

/** What one attribute may be. */
export interface AttributeSpec<K extends AttributeKind = AttributeKind, R extends boolean = boolean> {
  readonly kind: K;
  readonly required: R;
  readonly fallback?: number | string | readonly number[];
  /** First and last version of the operator set that knows it. */
  readonly since?: number;
  readonly until?: number;
}

export type AttributeSpecs = Readonly<Record<string, AttributeSpec>>;

interface WrittenKinds {
  int: number | bigint;
  float: number;
  string: string;
  tensor: TensorData;
  graph: Graph;
  ints: readonly (number | bigint)[];
  floats: readonly number[];
  strings: readonly string[];
  tensors: readonly TensorData[];
  graphs: readonly Graph[];
}

/** How an attribute of a kind is written in TypeScript. */
export type WrittenAttribute<K extends AttributeKind = AttributeKind> = WrittenKinds[K];

type RequiredNames<A extends AttributeSpecs> = { [N in keyof A]: A[N]['required'] extends true ? N : never }[keyof A];

/** The attributes of an operator as a TypeScript object: misspelt names and wrong kinds do not compile. */
export type WrittenAttributes<A extends AttributeSpecs> = {
  readonly [N in RequiredNames<A>]: WrittenAttribute<A[N]['kind']>;
} & { readonly [N in Exclude<keyof A, RequiredNames<A>>]?: WrittenAttribute<A[N]['kind']> | undefined };

interface Versions {
  readonly since?: number;
  readonly until?: number;
}

export const int = (fallback?: number, versions: Versions = {}): AttributeSpec<'int', false> => ({
  kind: 'int',
  required: false,
  ...(fallback === undefined ? {} : { fallback }),
  ...versions,
});
export const float = (fallback?: number, versions: Versions = {}): AttributeSpec<'float', false> => ({
  kind: 'float',
  required: false,
  ...(fallback === undefined ? {} : { fallback }),
  ...versions,
});
export const string = (fallback?: string, versions: Versions = {}): AttributeSpec<'string', false> => ({
  kind: 'string',
  required: false,
  ...(fallback === undefined ? {} : { fallback }),
  ...versions,
});
export const ints = (fallback?: readonly number[], versions: Versions = {}): AttributeSpec<'ints', false> => ({
  kind: 'ints',
  required: false,
  ...(fallback === undefined ? {} : { fallback }),
  ...versions,
});
const optional = <K extends AttributeKind>(kind: K, versions: Versions): AttributeSpec<K, false> => ({
  kind,
  required: false,
  ...versions,
});
export const floats = (versions: Versions = {}): AttributeSpec<'floats', false> => optional('floats', versions);
export const stringList = (versions: Versions = {}): AttributeSpec<'strings', false> => optional('strings', versions);
export const tensorValue = (versions: Versions = {}): AttributeSpec<'tensor', false> => optional('tensor', versions);
/** An attribute that has to be given. */
export const required = <K extends AttributeKind>(kind: K): AttributeSpec<K, true> => ({ kind, required: true });

/** Element types that one of an operator's type variables may stand for. */
export type TypeSet = readonly ElementType[];

export const floating: TypeSet = ['float32', 'float16', 'float64', 'bfloat16'];
export const signedIntegers: TypeSet = ['int8', 'int16', 'int32', 'int64'];
export const unsignedIntegers: TypeSet = ['uint8', 'uint16', 'uint32', 'uint64'];
export const numeric: TypeSet = [...floating, ...signedIntegers, ...unsignedIntegers];
export const lengths: TypeSet = ['int64', 'int32'];
export const anyType: TypeSet = [...numeric, 'bool', 'string'];

/** What an operator's rule says of one output. */
export interface Inferred {
  readonly shape: Shape | undefined;
  /** Only where the parameter's type variable does not say it. */
  readonly elementType?: ElementType;
  /** For short lists of integers: what is known of the elements. */
  readonly elements?: readonly Dimension[] | undefined;
}

/**
 * One operator of ONNX: https://onnx.ai/onnx/operators/.
 * Parameters are written as in TypeScript: `'X: T'`, `'B?: T'` may be left out, `'...inputs: T'` is one or more and
 * `'...inputs?: T'` none or more. The word behind the colon is a type variable of `types`, an element type, or `any`, which is not checked.
 */
export interface OperatorDefinition<A extends AttributeSpecs = AttributeSpecs> {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly types?: Readonly<Record<string, TypeSet>>;
  readonly attributes: A;
  /** First version of the operator set that has it. */
  readonly since?: number;
  /**
   * Shapes of the outputs, in order; outputs beyond those of the answer get none.
   * @throws ShapeError with a sentence, by `call.fail`
   */
  infer(call: NodeCall): readonly Inferred[];
}

/** Keeps the names and kinds of the attributes as types. */
export function operator<const A extends AttributeSpecs>(definition: OperatorDefinition<A>): OperatorDefinition<A> {
  return definition;
}

export interface Parameter {
  readonly name: string;
  readonly type: string;
  readonly isOptional: boolean;
  readonly isVariadic: boolean;
}

const parsed = new WeakMap<readonly string[], readonly Parameter[]>();

/** Reads the parameter notation of OperatorDefinition. */
export function parametersOf(written: readonly string[]): readonly Parameter[] {
  let parameters = parsed.get(written);
  if (parameters === undefined) {
    parameters = written.map(parseParameter);
    parsed.set(written, parameters);
  }
  return parameters;
}

function parseParameter(written: string): Parameter {
  const match = /^(\.\.\.)?(\w+)(\?)?: (\w+)$/.exec(written);
  if (match === null) throw new Error(`'${written}' is no parameter of an operator.`);
  return { name: match[2]!, type: match[4]!, isOptional: match[3] !== undefined, isVariadic: match[1] !== undefined };
}

/** The parameter at a place; the last one repeats when it is variadic. */
export function parameterAt(parameters: readonly Parameter[], index: number): Parameter | undefined {
  const last = parameters.at(-1);
  return parameters[index] ?? (last?.isVariadic === true ? last : undefined);
}
