import type { Dimension } from '../model.js';
import { ints, operator, required, type Inferred } from './definition.js';
import { commonShape, mayEqual } from './dimensions.js';
import type { Known, Shape } from './known.js';
import { ShapeError } from './shape-error.js';
import type { NodeCall } from './node-call.js';

/**
 * What holds for the branch that is known to run, or for both. Only one of them will run, so a branch that cannot run with these shapes is not the one:
 * exporters write a branch per input size.
 */
function inferIf(call: NodeCall): Inferred[] {
  const [taken, other] = branchesOf(call);
  if (taken.length !== other.length) call.fail(`the branches have ${taken.length} and ${other.length} outputs.`);
  return taken.map((one, index) => {
    const two = other[index]!;
    if (one.elementType !== two.elementType) {
      call.fail(`output ${index} is ${one.elementType} in one branch and ${two.elementType} in the other.`);
    }
    return { shape: commonShape(one.shape, two.shape), elementType: one.elementType };
  });
}

function branchesOf(call: NodeCall): readonly [readonly Known[], readonly Known[]] {
  const [first, second] = ['then_branch', 'else_branch'].map((name) => {
    try {
      return call.context.body(call.graph(name), []);
    } catch (error) {
      if (error instanceof ShapeError) return error;
      throw error;
    }
  });
  if (first instanceof ShapeError) {
    if (second instanceof ShapeError) throw first;
    return [second!, second!];
  }
  const condition = call.numbers(0)?.[0];
  if (condition === 1) return [first!, first!];
  if (condition === 0 && !(second instanceof ShapeError)) return [second!, second!];
  return second instanceof ShapeError ? [first!, first!] : [first!, second!];
}

const unnamed = (value: Known, shape: Shape | undefined): Known => ({
  name: value.name,
  elementType: value.elementType,
  shape,
});

/** Loops inside more loops than this are inferred once with nothing known: three times each would multiply. */
const deepestRefined = 3;

/** What is carried from turn to turn may change its shape: what does not hold for every turn becomes unknown. */
function inferLoop(call: NodeCall): Inferred[] {
  const body = call.graph('body');
  const carried = call.inputs.slice(2).map((value, index) => value ?? call.fail(`carried input ${index} is missing.`));
  if (body.inputs.length !== carried.length + 2) {
    call.fail(`the body takes ${body.inputs.length} inputs for ${carried.length} carried values.`);
  }
  const count: Known = { name: '', elementType: 'int64', shape: [] };
  const goesOn: Known = { name: '', elementType: 'bool', shape: [] };
  const isDeep = call.context.depth >= deepestRefined;
  let state = carried.map((value) => unnamed(value, isDeep ? undefined : value.shape));
  let outputs = call.context.body(body, [count, goesOn, ...state]);
  for (let turn = 0; turn < 2 && !isDeep; turn++) {
    const next = state.map((value, index) =>
      unnamed(value, turn === 1 ? undefined : commonShape(value.shape, outputs[index + 1]?.shape)),
    );
    if (next.every((value, index) => sameShape(value.shape, state[index]!.shape))) break;
    state = next;
    outputs = call.context.body(body, [count, goesOn, ...state]);
  }
  return outputs.slice(1).map((output, index) => ({
    shape: index < carried.length ? commonShape(output.shape, state[index]!.shape) : stacked(output.shape),
    elementType: output.elementType,
  }));
}

function sameShape(a: Shape | undefined, b: Shape | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}

/** How many turns a loop takes is not known before it runs. */
function stacked(shape: Shape | undefined): Shape | undefined {
  return shape === undefined ? undefined : [undefined, ...shape];
}

function inferScan(call: NodeCall): Inferred[] {
  const body = call.graph('body');
  const scanned = call.int('num_scan_inputs');
  const states = call.inputs.length - scanned;
  if (scanned < 1 || states < 0) call.fail(`num_scan_inputs ${scanned} does not fit ${call.inputs.length} inputs.`);
  if (body.inputs.length !== call.inputs.length)
    call.fail(`the body takes ${body.inputs.length} inputs, the node ${call.inputs.length}.`);
  const axes = call.ints('scan_input_axes') ?? new Array<number>(scanned).fill(0);
  let length: Dimension;
  const given = call.inputs.map((_, index) => {
    const input = call.input(index);
    if (index < states || input.shape === undefined) return unnamed(input, input.shape);
    const axis = call.axis(axes[index - states] ?? 0, input.shape.length);
    const own = input.shape[axis];
    if (!mayEqual(length, own)) call.fail(`${call.describe(index)} has ${own} steps, others have ${length}.`);
    length = typeof length === 'number' ? length : (own ?? length);
    return unnamed(input, input.shape.toSpliced(axis, 1));
  });
  const outputAxes = call.ints('scan_output_axes') ?? [];
  return call.context.body(body, given).map((output, index): Inferred => {
    if (index < states) return { shape: output.shape, elementType: output.elementType };
    if (output.shape === undefined) return { shape: undefined, elementType: output.elementType };
    const axis = call.axis(outputAxes[index - states] ?? 0, output.shape.length + 1);
    return { shape: output.shape.toSpliced(axis, 0, length), elementType: output.elementType };
  });
}

/** Operators with graphs inside. */
export const control = {
  If: operator({
    inputs: ['cond: bool'],
    outputs: ['...outputs: any'],
    attributes: { then_branch: required('graph'), else_branch: required('graph') },
    infer: inferIf,
  }),
  Loop: operator({
    inputs: ['M?: int64', 'cond?: bool', '...v_initial?: any'],
    outputs: ['...v_final_and_scan_outputs?: any'],
    attributes: { body: required('graph') },
    infer: inferLoop,
  }),
  Scan: operator({
    inputs: ['...initial_state_and_scan_inputs: any'],
    outputs: ['...final_state_and_scan_outputs: any'],
    since: 9,
    attributes: {
      body: required('graph'),
      num_scan_inputs: required('int'),
      scan_input_axes: ints(),
      scan_input_directions: ints(),
      scan_output_axes: ints(),
      scan_output_directions: ints(),
    },
    infer: inferScan,
  }),
};
