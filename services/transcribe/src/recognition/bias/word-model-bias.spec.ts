import { expect, it } from 'vitest';
import type { NGramModel } from '../speech-engine.js';
import { logProbabilityOf, WordModelBias } from './word-model-bias.js';

const model: NGramModel = {
  digest: '0'.repeat(64),
  order: 2,
  logProbabilities: new Map([
    ['river', Math.log(0.5)],
    ['bank', Math.log(0.25)],
    ['river bank', Math.log(0.8)],
  ]),
  backOffs: new Map([['bank', Math.log(0.4)]]),
  unknownLogProbability: Math.log(0.01),
};

it('takes the longest history that was seen, and backs off from others', () => {
  expect(logProbabilityOf(model, ['river'], 'bank')).toBeCloseTo(Math.log(0.8), 10);
  expect(logProbabilityOf(model, ['bank'], 'river')).toBeCloseTo(Math.log(0.4 * 0.5), 10);
  expect(logProbabilityOf(model, ['bank'], 'blanc')).toBeCloseTo(Math.log(0.4 * 0.01), 10);
  expect(logProbabilityOf(model, ['the', 'river'], 'bank')).toBeCloseTo(Math.log(0.8), 10);
});

it('pays for a word when it is complete, against the mean of single words', () => {
  const texts = [' Ri', 'ver', ',', ' bank'];
  const bias = new WordModelBias(model, (token) => texts[token]!, 0.5);
  let { start: state } = bias;
  const gains = [0, 1, 2, 3].map((token) => {
    const after = bias.advance(state, token);
    state = after.state;
    return after.gain;
  });
  const mean = (0.5 * Math.log(0.5) + 0.25 * Math.log(0.25)) / 0.75;
  expect(gains.slice(0, 3)).toEqual([0, 0, 0]);
  expect(gains[3]).toBeCloseTo(0.5 * (Math.log(0.5) - mean), 10);
  expect(bias.finish(state)).toBeCloseTo(0.5 * (Math.log(0.8) - mean), 10);
});
