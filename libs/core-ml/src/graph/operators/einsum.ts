import type { Dimension } from '../model.js';
import type { Inferred } from './definition.js';
import { broadcastDimension, conflict } from './dimensions.js';
import type { NodeCall } from './node-call.js';

interface Terms {
  readonly operands: readonly string[];
  /** Undefined in the implicit form: letters that occur once, in the order of the alphabet. */
  readonly result: string | undefined;
}

function parse(call: NodeCall): Terms {
  const equation = call.string('equation').replaceAll(' ', '');
  const [left, result, ...rest] = equation.split('->');
  const operands = (left ?? '').split(',');
  const wellFormed = (term: string): boolean => /^[A-Za-z]*(\.\.\.)?[A-Za-z]*$/.test(term);
  if (rest.length > 0 || ![...operands, result ?? ''].every(wellFormed))
    call.fail(`equation "${equation}" is not understood.`);
  if (operands.length !== call.inputs.length) {
    call.fail(`equation "${equation}" names ${operands.length} operands; ${call.inputs.length} are given.`);
  }
  return { operands, result };
}

/** Binds each letter, and each axis of an ellipsis counted from its end, to a length. */
class Letters {
  readonly lengths = new Map<string, Dimension>();
  readonly occurrences = new Map<string, number>();
  ellipsis: Dimension[] = [];

  constructor(private readonly call: NodeCall) {}

  bind(letter: string, length: Dimension, input: number): void {
    const known = this.lengths.has(letter) ? broadcastDimension(this.lengths.get(letter), length) : length;
    if (known === conflict) {
      this.call.fail(
        `letter ${letter} stands for ${this.lengths.get(letter)} and for ${length} in ${this.call.describe(input)}.`,
      );
    }
    this.lengths.set(letter, known);
    this.occurrences.set(letter, (this.occurrences.get(letter) ?? 0) + 1);
  }

  widen(lengths: readonly Dimension[], input: number): void {
    const rank = Math.max(lengths.length, this.ellipsis.length);
    const at = (list: readonly Dimension[], axis: number): Dimension =>
      axis < rank - list.length ? 1 : list[axis - (rank - list.length)];
    this.ellipsis = Array.from({ length: rank }, (_, axis) => {
      const length = broadcastDimension(at(this.ellipsis, axis), at(lengths, axis));
      return length === conflict
        ? this.call.fail(`the "..." of ${this.call.describe(input)} does not broadcast.`)
        : length;
    });
  }
}

function bindOperand(call: NodeCall, letters: Letters, term: string, input: number): boolean {
  const shape = call.shape(input);
  if (shape === undefined) return false;
  const [before, after] = term.split('...');
  const named = (before?.length ?? 0) + (after?.length ?? 0);
  if (after === undefined ? shape.length !== named : shape.length < named) {
    call.fail(`${call.describe(input)} does not have the axes of "${term}".`);
  }
  for (const [axis, letter] of [...(before ?? '')].entries()) letters.bind(letter, shape[axis], input);
  if (after === undefined) return true;
  letters.widen(shape.slice(before!.length, shape.length - after.length), input);
  for (const [axis, letter] of [...after].entries())
    letters.bind(letter, shape[shape.length - after.length + axis], input);
  return true;
}

/** https://numpy.org/doc/stable/reference/generated/numpy.einsum.html, without repeated letters' diagonals in the result. */
export function inferEinsum(call: NodeCall): Inferred[] {
  const { operands, result } = parse(call);
  const letters = new Letters(call);
  if (!operands.map((term, input) => bindOperand(call, letters, term, input)).every(Boolean))
    return [{ shape: undefined }];
  const once = [...letters.occurrences].filter(([, count]) => count === 1).map(([letter]) => letter);
  const made = result ?? `${operands.some((term) => term.includes('...')) ? '...' : ''}${once.sort().join('')}`;
  const [before, after] = made.split('...');
  const length = (letter: string): Dimension =>
    letters.lengths.has(letter)
      ? letters.lengths.get(letter)
      : call.fail(`letter ${letter} of the result is in no operand.`);
  const head = [...(before ?? '')].map(length);
  return [{ shape: after === undefined ? head : [...head, ...letters.ellipsis, ...[...after].map(length)] }];
}
