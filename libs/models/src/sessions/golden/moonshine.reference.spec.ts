import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import llamaTokenizer from 'llama-tokenizer-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelSession } from '../model-session.js';
import { ModelSessions } from '../model-sessions.js';
import { tensor } from '../tensors/tensor.js';
import { dictate, encode, moonshineFile, risingTone, sampleRateHz, transcribe } from './moonshine.fixture.js';
import { runtimeAlone } from './record.js';

/** PROVENANCE.md says why the distance is allowed to be this large, and no larger. */
const tolerance = 0.1;
const datasets = process.env.LANTERN_DATASETS;

interface Golden {
  readonly dims: readonly number[];
  readonly stride: number;
  readonly values: readonly number[];
  readonly scores: readonly (readonly number[])[];
}

describe('Moonshine tiny through a session', () => {
  let sessions: ModelSessions;
  let encoder: ModelSession;
  let decoder: ModelSession;
  let golden: Golden;

  beforeAll(async () => {
    golden = JSON.parse(
      await readFile(join(import.meta.dirname, '../../../src/sessions/golden/moonshine.json'), 'utf8'),
    ) as Golden;
    sessions = new ModelSessions({ workers: 2 });
    const trusted = { isTrusted: true };
    [encoder, decoder] = await Promise.all([
      sessions.open(await moonshineFile('encoder_model'), { ...trusted, warmUp: { dims: { num_samples: sampleRateHz } } }),
      sessions.open(await moonshineFile('decoder_model_merged'), trusted),
    ]);
  });
  afterAll(() => sessions.close());

  it('encodes a tone as the runtime alone does, to the bit', async () => {
    const x = () => ({ input_values: tensor('float32', risingTone(), [1, 3 * sampleRateHz]) });
    const ours = await encoder.run(x());
    const peer = await (await runtimeAlone('encoder_model')).run(x());
    expect(ours).toEqual(peer);
  });

  it('encodes a tone as recorded, within what processors differ in', async () => {
    const hidden = await encode(encoder, risingTone());
    expect(hidden.dims).toEqual(golden.dims);
    const values = [...hidden.data].filter((_, i) => i % golden.stride === 0);
    expect(values.length).toBeGreaterThan(50);
    expect(relativeDistance(values, golden.values)).toBeLessThan(tolerance);
  });

  it('decodes as recorded, its memory carried from step to step', async () => {
    const scores = await dictate(encoder, decoder, risingTone());
    expect(scores.length).toBe(golden.scores.length);
    scores.forEach((step, i) => expect(relativeDistance(step, golden.scores[i] ?? [])).toBeLessThan(tolerance));
    // Steps differ by far more than the tolerance: a memory that is lost does not pass.
    expect(relativeDistance(golden.scores[3] ?? [], golden.scores[2] ?? [])).toBeGreaterThan(2 * tolerance);
  });

  it('says what is wrong with a memory of the wrong shape', async () => {
    const past = tensor('float32', new Float32Array(7 * 36), [1, 7, 1, 36]);
    await expect(decoder.run({ 'past_key_values.0.decoder.key': past })).rejects.toThrow(
      'past_key_values.0.decoder.key has dims [1, 7, 1, 36], not [batch_size, 8, past_decoder_sequence_length, 36]',
    );
  });

  it.skipIf(!datasets)(`hears a known sentence${datasets ? '' : ' (skipped: no LANTERN_DATASETS)'}`, async () => {
    const folder = join(datasets!, 'speech/clips/jfk');
    const wav = await readFile(join(folder, 'jfk.wav'));
    // A plain file: 16 bits, mono, 16 kHz, samples from byte 44 on.
    const samples = Float32Array.from({ length: (wav.length - 44) >> 1 }, (_, i) => wav.readInt16LE(44 + 2 * i) / 32_768);
    const tokens = await transcribe(encoder, decoder, samples, 80);
    const known = await readFile(join(folder, 'jfk.wav.txt'), 'utf8');
    expect(words(llamaTokenizer.decode(tokens.slice(0, -1), false, false))).toEqual(words(known));
  });
});

const words = (text: string) => text.toLowerCase().match(/[a-z']+/g);

/** The norm of the difference, as a part of the reference's norm. */
function relativeDistance(values: readonly number[], reference: readonly number[]): number {
  const norm = (all: readonly number[]) => Math.sqrt(all.reduce((sum, value) => sum + value * value, 0));
  return norm(values.map((value, i) => value - (reference[i] ?? NaN))) / norm(reference);
}
