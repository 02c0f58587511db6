import type { Attribute, Dimension, ElementType, Graph, TensorData } from '../model.js';
import type { EvaluationLimit } from '../evaluate/evaluate.js';
import { broadcastDimension, conflict, writtenShape } from './dimensions.js';
import { parameterAt, parametersOf, type OperatorDefinition } from './definition.js';
import { elementsOf, type Known, type Shape } from './known.js';
import { ShapeError } from './shape-error.js';

/** What the rules need of their surroundings. */
export interface CallContext {
  /** Version of the node's operator set. */
  readonly opset: number;
  /** How many graphs the node is inside of. */
  readonly depth: number;
  /** How much may be computed from constants. @default smallOnly */
  readonly evaluation?: EvaluationLimit;
  /** What is known of a sub-graph's outputs, given what is known of its inputs. */
  body(graph: Graph, inputs: readonly (Known | undefined)[]): readonly Known[];
}

/** One node as its operator's rule sees it: inputs and attributes with defaults, and the way to refuse them. */
export class NodeCall {
  constructor(
    readonly op: string,
    readonly node: string,
    readonly definition: OperatorDefinition,
    readonly inputs: readonly (Known | undefined)[],
    readonly attributes: ReadonlyMap<string, Attribute>,
    readonly outputCount: number,
    readonly context: CallContext,
  ) {}

  get opset(): number {
    return this.context.opset;
  }

  fail(problem: string): never {
    throw new ShapeError(this.op, this.node, problem);
  }

  has(index: number): boolean {
    return this.inputs[index] !== undefined;
  }

  /** @throws ShapeError when the input is not given */
  input(index: number): Known {
    return this.inputs[index] ?? this.fail(`input ${index} (${this.parameterName(index)}) is missing.`);
  }

  shape(index: number): Shape | undefined {
    return this.input(index).shape;
  }

  elementType(index: number): ElementType {
    return this.input(index).elementType;
  }

  /** `input 1 (W, "conv1.weight") [64, 3, 3, 3]`, for sentences. */
  describe(index: number): string {
    const { name, shape } = this.input(index);
    return `input ${index} (${this.parameterName(index)}${name === '' ? '' : `, "${name}"`}) ${writtenShape(shape)}`;
  }

  private parameterName(index: number): string {
    return parameterAt(parametersOf(this.definition.inputs), index)?.name ?? '?';
  }

  /** The elements of an input that lists lengths, as far as known; undefined when not given or not known. */
  elements(index: number): readonly Dimension[] | undefined {
    const input = this.inputs[index];
    return input === undefined ? undefined : elementsOf(input);
  }

  /** As `elements`, when all of them are numbers. */
  numbers(index: number): readonly number[] | undefined {
    const elements = this.elements(index);
    return elements?.every((element) => typeof element === 'number') ? elements : undefined;
  }

  /** @returns the attribute or its default; undefined when it has none */
  optionalInt(name: string): number | undefined {
    const attribute = this.attributes.get(name);
    if (attribute?.kind === 'int') return Number(attribute.value);
    const fallback = this.definition.attributes[name]?.fallback;
    return typeof fallback === 'number' ? fallback : undefined;
  }

  int(name: string): number {
    return this.optionalInt(name) ?? this.fail(`attribute ${name} is missing.`);
  }

  flag(name: string): boolean {
    return this.int(name) !== 0;
  }

  ints(name: string): readonly number[] | undefined {
    const attribute = this.attributes.get(name);
    if (attribute?.kind === 'ints') return attribute.value.map(Number);
    const fallback = this.definition.attributes[name]?.fallback;
    return typeof fallback === 'object' ? fallback : undefined;
  }

  floats(name: string): readonly number[] | undefined {
    const attribute = this.attributes.get(name);
    return attribute?.kind === 'floats' ? attribute.value : undefined;
  }

  string(name: string): string {
    const attribute = this.attributes.get(name);
    if (attribute?.kind === 'string') return attribute.value;
    const fallback = this.definition.attributes[name]?.fallback;
    return typeof fallback === 'string' ? fallback : this.fail(`attribute ${name} is missing.`);
  }

  tensor(name: string): TensorData | undefined {
    const attribute = this.attributes.get(name);
    return attribute?.kind === 'tensor' ? attribute.value : undefined;
  }

  graph(name: string): Graph {
    const attribute = this.attributes.get(name);
    return attribute?.kind === 'graph' ? attribute.value : this.fail(`attribute ${name} is missing.`);
  }

  /** Refuses an input of another rank. @returns its shape, or undefined when its rank is not known */
  ranked(index: number, rank: number): Shape | undefined {
    const shape = this.shape(index);
    if (shape !== undefined && shape.length !== rank) {
      this.fail(`${this.describe(index)} must have ${rank} dimension${rank === 1 ? '' : 's'}, it has ${shape.length}.`);
    }
    return shape;
  }

  /** Refuses an input with fewer dimensions. */
  rankedAtLeast(index: number, rank: number): Shape | undefined {
    const shape = this.shape(index);
    if (shape !== undefined && shape.length < rank) {
      this.fail(`${this.describe(index)} must have at least ${rank} dimensions, it has ${shape.length}.`);
    }
    return shape;
  }

  /** Counts a negative axis from the end. @throws ShapeError when there is no such axis */
  axis(axis: number, rank: number, what = 'axis'): number {
    if (!Number.isInteger(axis) || axis < -rank || axis >= Math.max(rank, 1)) {
      this.fail(`${what} ${axis} does not exist in ${rank} dimension${rank === 1 ? '' : 's'}.`);
    }
    return axis < 0 ? axis + rank : axis;
  }

  /** As `axis` for several, refusing doubles. */
  axes(axes: readonly number[], rank: number): readonly number[] {
    const counted = axes.map((axis) => this.axis(axis, rank));
    if (new Set(counted).size !== counted.length) this.fail(`axes [${axes.join(', ')}] name one axis twice.`);
    return counted;
  }

  /** The shape that all given inputs broadcast to. */
  broadcast(...indices: readonly number[]): Shape | undefined {
    const given = indices.filter((index) => this.has(index));
    const shapes = given.map((index) => this.shape(index));
    if (!shapes.every((shape) => shape !== undefined)) return undefined;
    return shapes.reduce<Shape>((result, shape, position) => {
      const rank = Math.max(result.length, shape.length);
      return Array.from({ length: rank }, (_, axis) => {
        const dimension = broadcastDimension(at(result, axis, rank), at(shape, axis, rank));
        if (dimension !== conflict) return dimension;
        return this.fail(
          `${this.describe(given[position]!)} does not broadcast with ` +
            (position === 1 ? this.describe(given[0]!) : writtenShape(result)) +
            ` (${at(shape, axis, rank)} against ${at(result, axis, rank)}).`,
        );
      });
    }, []);
  }
}

function at(shape: Shape, axis: number, rank: number): Dimension {
  const own = axis - (rank - shape.length);
  return own < 0 ? 1 : shape[own];
}
