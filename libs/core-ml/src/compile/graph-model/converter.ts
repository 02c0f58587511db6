import type { NhwcEmitter, Operand } from '../emit/index.js';
import { rankOf } from '../emit/index.js';
import { SourceModelError, UnsupportedUseError } from '../errors.js';
import type { TopologyNode } from './topology.js';

/** Emits one TensorFlow node: its outputs in order, or the only one. */
export type Converter = (call: ConverterCall) => Operand | readonly Operand[];

/** Converters by the name of the TensorFlow operator. */
export type ConverterTable = Readonly<Record<string, Converter>>;

/** One node with what its inputs became, as its converter sees it. */
export class ConverterCall {
  constructor(
    readonly emitter: NhwcEmitter,
    readonly node: TopologyNode,
    /** In the node's order. */
    readonly inputs: readonly Operand[],
  ) {}

  get attributes(): TopologyNode['attributes'] {
    return this.node.attributes;
  }

  /** @throws SourceModelError where the node has fewer inputs */
  input(index: number): Operand {
    const operand = this.inputs[index];
    if (operand === undefined) throw new SourceModelError(`node '${this.node.name}' has no input ${index}`);
    return operand;
  }

  /** The elements of an input that has to be fixed while compiling. @throws UnsupportedUseError where it is not */
  numbers(index: number, role: string): readonly number[] {
    return this.emitter.fixedNumbers(this.input(index), role);
  }

  /** As `numbers`, for a single one. */
  number(index: number, role: string): number {
    const [number, ...others] = this.numbers(index, role);
    if (number === undefined || others.length > 0)
      throw new SourceModelError(`node '${this.node.name}': ${role} is no number`);
    return number;
  }

  /** An axis counted from the start. */
  axis(index: number, of: Operand): number {
    const axis = this.number(index, 'the axis');
    return axis < 0 ? axis + this.emitter.fixedRank(of) : axis;
  }

  /** Refuses images that are stored channels first. @throws UnsupportedUseError */
  requireChannelsLast(): void {
    const format = this.attributes.text('data_format', 'NHWC');
    if (format !== 'NHWC') throw new UnsupportedUseError(`data format ${format}`);
  }

  rank(index: number): number | undefined {
    return rankOf(this.input(index));
  }
}
