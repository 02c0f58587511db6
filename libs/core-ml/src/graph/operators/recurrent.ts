import type { Dimension } from '../model.js';
import { float, floating, floats, int, operator, string, stringList, type Inferred } from './definition.js';
import { mayEqual } from './dimensions.js';
import type { NodeCall } from './node-call.js';

const commonAttributes = {
  activation_alpha: floats(),
  activation_beta: floats(),
  activations: stringList(),
  clip: float(),
  direction: string('forward'),
  hidden_size: int(),
  layout: int(0, { since: 14 }),
} as const;

/** @param gates matrices that are stacked in W and R: 4 for an LSTM, 3 for a GRU, 1 for a plain cell */
function inferRecurrent(call: NodeCall, gates: number): Inferred[] {
  const data = call.ranked(0, 3);
  const weights = call.ranked(1, 3);
  const recurrence = call.ranked(2, 3);
  const direction = call.string('direction');
  if (!['forward', 'reverse', 'bidirectional'].includes(direction)) call.fail(`direction "${direction}" is not known.`);
  const directions = direction === 'bidirectional' ? 2 : 1;
  const hidden: Dimension = call.optionalInt('hidden_size') ?? recurrence?.[2];
  const expected: readonly [number, number, Dimension, string][] = [
    [1, 0, directions, 'directions'],
    [2, 0, directions, 'directions'],
    [1, 1, typeof hidden === 'number' ? hidden * gates : undefined, `${gates} gates of hidden_size`],
    [2, 1, typeof hidden === 'number' ? hidden * gates : undefined, `${gates} gates of hidden_size`],
    [2, 2, hidden, 'hidden_size'],
    [1, 2, data?.[2], `the inputs of ${call.describe(0)}`],
  ];
  for (const [input, axis, length, what] of expected) {
    const own = (input === 1 ? weights : recurrence)?.[axis];
    if (!mayEqual(own, length))
      call.fail(`${call.describe(input)} must have ${length} at axis ${axis} (${what}), it has ${own}.`);
  }
  const batchFirst = call.flag('layout');
  const [steps, batch] = batchFirst ? [data?.[1], data?.[0]] : [data?.[0], data?.[1]];
  const last: Inferred = { shape: batchFirst ? [batch, directions, hidden] : [directions, batch, hidden] };
  return [{ shape: batchFirst ? [batch, steps, directions, hidden] : [steps, directions, batch, hidden] }, last, last];
}

const inputs = ['X: T', 'W: T', 'R: T', 'B?: T', 'sequence_lens?: int32', 'initial_h?: T'];

export const recurrent = {
  LSTM: operator({
    inputs: [...inputs, 'initial_c?: T', 'P?: T'],
    outputs: ['Y?: T', 'Y_h?: T', 'Y_c?: T'],
    types: { T: floating },
    attributes: { ...commonAttributes, input_forget: int(0) },
    infer: (call) => inferRecurrent(call, 4),
  }),
  GRU: operator({
    inputs,
    outputs: ['Y?: T', 'Y_h?: T'],
    types: { T: floating },
    attributes: { ...commonAttributes, linear_before_reset: int(0) },
    infer: (call) => inferRecurrent(call, 3),
  }),
  RNN: operator({
    inputs,
    outputs: ['Y?: T', 'Y_h?: T'],
    types: { T: floating },
    attributes: commonAttributes,
    infer: (call) => inferRecurrent(call, 1),
  }),
};
