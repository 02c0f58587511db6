import { GraphBuilder, type AttributeValues, type Value } from '../../graph/builder/index.js';
import { elementTypes, type Dimension, type ElementType, type OnnxModel, type TensorData } from '../../graph/model.js';
import type { OperatorName } from '../../graph/operators/table.js';
import { float32, integers, scalar } from '../../graph/tensor/create.js';
import { numbersOf } from '../../graph/tensor/read.js';
import { UnsupportedUseError } from '../errors.js';
import {
  channelsFirstOrder,
  channelsLastOrder,
  elementTypeOf,
  isConstant,
  rankOf,
  shapeOf,
  type Layout,
  type Located,
  type Operand,
} from './located.js';
import { permuteConstant, reshapeConstant } from './permute.js';

/** In which order the caller of the compiled model gives or gets images: TensorFlow's own, or channels first. */
export type ImageLayout = 'NHWC' | 'NCHW';

export interface EmitterOptions {
  /** Order of inputs of four axes. @default 'NHWC' */
  readonly inputLayout?: ImageLayout;
  /** Order of outputs of four axes. @default 'NHWC' */
  readonly outputLayout?: ImageLayout;
}

/** How an emitted value came about, where a later operation can start from its source instead of from the value. */
export type Origin =
  | { readonly kind: 'affine'; readonly source: Located; readonly scale: number; readonly shift: number }
  | { readonly kind: 'spatial zeros'; readonly source: Value; readonly pads: readonly [number, number, number, number] }
  | { readonly kind: 'clip'; readonly source: Value; readonly min: number; readonly max: number }
  | { readonly kind: 'flattened'; readonly source: Value; readonly lengths: readonly [number, number, number] };

/**
 * Writes a TensorFlow network, whose images are [batch, height, width, channels], as an ONNX graph whose images are
 * [batch, channels, height, width]. The operations beside this file take and give `Located` values, which say in which
 * order they lie; constants are permuted while building, and a computed value is transposed only where an operation
 * needs the other order, once per value. What turns out not to be needed is dropped by `build`.
 */
export class NhwcEmitter {
  readonly graph = new GraphBuilder({ opset: 17 });
  /** The TensorFlow name of what is being emitted; nodes are named after it. */
  scope = '';
  private readonly options: Required<EmitterOptions>;
  private readonly constantNames = new Map<TensorData, string>();
  private readonly constants = new Map<TensorData, Map<string, Value>>();
  private readonly plainOf = new Map<Value, Value>();
  private readonly channelsFirstOf = new Map<Value, Value>();
  private readonly origins = new Map<Value, Origin>();
  private readonly roots = new Map<Value, Located>();
  private readonly marks = new Map<string, Operand>();
  private readonly inputs = new Set<string>();
  private readonly outputs = new Set<string>();

  constructor({ inputLayout = 'NHWC', outputLayout = 'NHWC' }: EmitterOptions = {}) {
    this.options = { inputLayout, outputLayout };
  }

  /** @param shape in TensorFlow's order; a name such as 'batch' stands for a length that the caller chooses */
  input(name: string, elementType: ElementType, shape: readonly Dimension[] | undefined): Located {
    this.inputs.add(name);
    if (shape?.length !== 4) return { value: this.graph.input(name, elementType, shape), layout: 'plain' };
    // Images turn around at once: what prepares them (per channel) then runs along rows instead of over three numbers.
    const value =
      this.options.inputLayout === 'NHWC'
        ? this.channelsFirst({ value: this.graph.input(name, elementType, shape), layout: 'plain' })
        : this.graph.input(
            name,
            elementType,
            channelsFirstOrder.map((axis) => shape[axis]),
          );
    return { value, layout: 'NCHW' };
  }

  /** Makes a tensor an output of the model, in TensorFlow's order unless the option `outputLayout` says otherwise. */
  output(name: string, operand: Operand): void {
    const channelsFirst = this.options.outputLayout === 'NCHW' && rankOf(operand) === 4;
    this.outputs.add(name);
    this.graph.output(name, channelsFirst ? this.channelsFirst(operand) : this.plain(operand));
  }

  /** Remembers a tensor under its TensorFlow name, so that it can be made an output on request. */
  mark(name: string, operand: Operand): void {
    this.marks.set(name, operand);
  }

  marked(name: string): Operand | undefined {
    return this.marks.get(name);
  }

  markedNames(): readonly string[] {
    return [...this.marks.keys()];
  }

  hasInput(name: string): boolean {
    return this.inputs.has(name);
  }

  hasOutput(name: string): boolean {
    return this.outputs.has(name);
  }

  build(metadata: Readonly<Record<string, string>> = {}): OnnxModel {
    return this.graph.build({ metadata });
  }

  /** Emits one node; its inputs must already lie in the order that the attributes mean. */
  op(operator: OperatorName, inputs: readonly (Value | undefined)[], attributes: AttributeValues = {}): Value {
    return this.ops(operator, 1, inputs, attributes)[0]!;
  }

  /** As `op`, for an operator with several outputs. */
  ops(
    operator: OperatorName,
    count: number,
    inputs: readonly (Value | undefined)[],
    attributes: AttributeValues = {},
  ): Value[] {
    // A colon keeps these names apart from those that outputs may get.
    const name = this.scope === '' ? operator : `${this.scope}:${operator}`;
    return this.graph.ops<string>(operator, inputs, count, attributes, name);
  }

  cast(value: Value, elementType: ElementType): Value {
    return value.type.elementType === elementType ? value : this.op('Cast', [value], { to: elementTypes[elementType] });
  }

  /** A constant as it is, emitted once however often it is asked for. */
  constant(data: TensorData): Value {
    return this.arranged(data, 'plain', () => data);
  }

  /** A constant list of int64, as ONNX wants shapes and axes. */
  integers(values: readonly number[]): Value {
    return this.graph.constant(integers(values));
  }

  floats(values: readonly number[]): Value {
    return this.graph.constant(float32([values.length], values));
  }

  /** A constant scalar of the operand's element type. */
  scalarLike(operand: Operand, value: number): Value {
    return this.graph.constant(scalar(elementTypeOf(operand), value));
  }

  /** Names what is emitted for a constant after its TensorFlow weight. */
  nameConstant(data: TensorData, name: string): void {
    this.constantNames.set(data, name);
  }

  /** The value in TensorFlow's order. */
  plain(operand: Operand): Value {
    if (isConstant(operand)) return this.constant(operand);
    const { value, layout } = operand;
    return layout === 'plain' ? value : this.transposed(value, this.plainOf, channelsLastOrder, this.channelsFirstOf);
  }

  /** The value of four axes as [batch, channels, height, width]. */
  channelsFirst(operand: Operand): Value {
    if (isConstant(operand)) return this.arranged(operand, 'NCHW', () => permuteConstant(operand, channelsFirstOrder));
    const { value, layout } = operand;
    return layout === 'NCHW' ? value : this.transposed(value, this.channelsFirstOf, channelsFirstOrder, this.plainOf);
  }

  /** The value in the order of `layout`. */
  inLayout(operand: Operand, layout: Layout): Value {
    return layout === 'NCHW' ? this.channelsFirst(operand) : this.plain(operand);
  }

  /** A constant of at most four axes, shaped to broadcast against NCHW values as it does against NHWC ones. */
  broadcastConstant(data: TensorData): Value {
    return this.arranged(data, 'broadcast', () => {
      if (data.dims.every((length) => length === 1)) return reshapeConstant(data, []);
      const padded = [...Array.from({ length: 4 - data.dims.length }, () => 1), ...data.dims];
      const permuted = permuteConstant(reshapeConstant(data, padded), channelsFirstOrder);
      const leading = permuted.dims.findIndex((length) => length !== 1);
      return reshapeConstant(permuted, permuted.dims.slice(leading));
    });
  }

  /** Another arrangement of a constant, computed and emitted once per `key`. */
  arranged(data: TensorData, key: string, arrange: () => TensorData): Value {
    const known = this.constants.get(data) ?? new Map<string, Value>();
    this.constants.set(data, known);
    const before = known.get(key);
    if (before !== undefined) return before;
    const name = this.constantNames.get(data);
    const value = this.graph.constant(arrange(), name === undefined ? undefined : `${name}:${key}`);
    known.set(key, value);
    return value;
  }

  /** The elements where they are known while compiling: shapes, axes, sizes. */
  numbers(operand: Operand): readonly number[] | undefined {
    if (isConstant(operand)) return toNumbers(operand);
    const { value, layout } = operand;
    if (layout !== 'plain') return undefined;
    if (value.data !== undefined) return toNumbers(value.data);
    const { elements } = value;
    return elements?.every((element) => typeof element === 'number') ? elements : undefined;
  }

  /** Elements that the network must fix while compiling. @throws UnsupportedUseError where they are computed */
  fixedNumbers(operand: Operand, role: string): readonly number[] {
    const numbers = this.numbers(operand);
    if (numbers === undefined) throw new UnsupportedUseError(`${role} is computed while the network runs`);
    return numbers;
  }

  /** The number of axes. @throws UnsupportedUseError where it is not known */
  fixedRank(operand: Operand): number {
    const rank = rankOf(operand);
    if (rank === undefined) throw new UnsupportedUseError('the number of dimensions is not known');
    return rank;
  }

  /** The axes that an NCHW or plain value has for TensorFlow's `axes`; negative ones count from the end. */
  axesIn(operand: Operand, axes: readonly number[]): number[] {
    const rank = this.fixedRank(operand);
    return axes.map((axis) => {
      const positive = axis < 0 ? axis + rank : axis;
      if (positive < 0 || positive >= rank) throw new UnsupportedUseError(`there is no axis ${axis} of ${rank}`);
      return isConstant(operand) || operand.layout === 'plain' ? positive : channelsLastOrder[positive]!;
    });
  }

  /** The tensor whose elements, in TensorFlow's order, a value holds under another shape. */
  rootOf(operand: Operand): Located | undefined {
    if (isConstant(operand)) return undefined;
    return (operand.layout === 'plain' ? this.roots.get(operand.value) : undefined) ?? operand;
  }

  setRoot(value: Value, root: Located): void {
    this.roots.set(value, root);
  }

  setOrigin(value: Value, origin: Origin): void {
    this.origins.set(value, origin);
  }

  originOf(value: Value): Origin | undefined {
    return this.origins.get(value);
  }

  private transposed(
    value: Value,
    known: Map<Value, Value>,
    order: readonly number[],
    inverse: Map<Value, Value>,
  ): Value {
    const before = known.get(value);
    if (before !== undefined) return before;
    if (value.type.shape !== undefined && value.type.shape.length !== 4) {
      throw new UnsupportedUseError(`an image of ${value.type.shape.length} dimensions`);
    }
    const result = this.op('Transpose', [value], { perm: order });
    known.set(value, result);
    inverse.set(result, value);
    return result;
  }
}

function toNumbers(data: TensorData): readonly number[] | undefined {
  const numbers = numbersOf(data);
  return numbers === undefined ? undefined : Array.from(numbers);
}

/** TensorFlow's shape where every length is a number. */
export function staticShapeOf(operand: Operand): readonly number[] | undefined {
  const shape = shapeOf(operand);
  return shape?.every((length) => typeof length === 'number') ? shape : undefined;
}
