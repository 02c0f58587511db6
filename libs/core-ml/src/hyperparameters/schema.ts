/** A range that a tuner may search; `scaling` as in SageMaker's ParameterRanges. */
export interface TunerRange {
  readonly min: number;
  readonly max: number;
  readonly scaling: 'Linear' | 'Logarithmic';
}

interface Described {
  /** One sentence for the README. */
  readonly doc: string;
  /** Where SageMaker has no such hyperparameter. */
  readonly ours?: boolean;
}

/** A number with its limits (inclusive unless `above` or `below` is used). Without a default it is required. */
export interface NumberSpec extends Described {
  readonly kind: 'int' | 'float';
  readonly min?: number;
  readonly max?: number;
  /** Exclusive lower limit. */
  readonly above?: number;
  readonly default?: number;
  readonly tune?: TunerRange;
}

/** A choice between names. */
export interface ChoiceSpec<C extends string = string> extends Described {
  readonly kind: 'oneOf';
  readonly choices: readonly C[];
  readonly default?: C;
}

/** True or false, written as SageMaker writes it. */
export interface BoolSpec extends Described {
  readonly kind: 'bool';
  readonly default?: boolean;
}

export type Spec = NumberSpec | ChoiceSpec | BoolSpec;
export type Schema = Readonly<Record<string, Spec>>;

type ValueOf<P extends Spec> =
  P extends ChoiceSpec<infer C> ? C : P extends BoolSpec ? boolean : P extends NumberSpec ? number : never;

/** The parsed values of a schema. */
export type ValuesOf<S extends Schema> = { readonly [K in keyof S]: ValueOf<S[K]> };

/** A whole number. */
export const int = (options: Omit<NumberSpec, 'kind'>): NumberSpec => ({ kind: 'int', ...options });

/** A real number. */
export const float = (options: Omit<NumberSpec, 'kind'>): NumberSpec => ({ kind: 'float', ...options });

/** One of several names. */
export const oneOf = <const C extends string>(
  choices: readonly C[],
  options: Omit<ChoiceSpec<C>, 'kind' | 'choices'>,
): ChoiceSpec<C> => ({ kind: 'oneOf', choices, ...options });

/** True or false. */
export const bool = (options: Omit<BoolSpec, 'kind'>): BoolSpec => ({ kind: 'bool', ...options });
