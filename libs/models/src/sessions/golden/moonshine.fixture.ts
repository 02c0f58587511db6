import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageFolder } from '../../store/packages.js';
import type { ModelFileSource } from '../model-sessions.js';
import type { ModelSession } from '../model-session.js';
import { tensor, tensorNamed, type NamedTensors, type Tensor } from '../tensors/tensor.js';

/** Moonshine tiny: 6 layers of 8 heads with 36 values each; tokens 1 and 2 begin and end a text. */
const architecture = { nLayers: 6, nHeads: 8, headSize: 36, begin: 1, end: 2 };

/** Rate of the encoder's samples. */
export const sampleRateHz = 16_000;

const folder = join(packageFolder('@moonshine-ai/moonshine-js'), 'dist/model/tiny/quantized');

/** A network of `@moonshine-ai/moonshine-js`, as `ModelSessions.open` takes it. */
export async function moonshineFile(name: 'encoder_model' | 'decoder_model_merged'): Promise<ModelFileSource> {
  const path = join(folder, `${name}.onnx`);
  return { path, digest: createHash('sha256').update(await readFile(path)).digest('hex') };
}

/** Three seconds of a tone that rises from 200 to 2,000 Hz and swells four times a second. */
export function risingTone(): Float32Array {
  const nSamples = 3 * sampleRateHz;
  return Float32Array.from({ length: nSamples }, (_, i) => {
    const seconds = i / sampleRateHz;
    const phase = 2 * Math.PI * (200 * seconds + (1_800 / 6) * seconds * seconds);
    return 0.3 * Math.sin(phase) * (0.5 + 0.5 * Math.sin(2 * Math.PI * 4 * seconds));
  });
}

/** A network, in a session or in the runtime alone. */
export type Runner = Pick<ModelSession, 'run'>;

/** The encoder's output for mono samples at 16 kHz, -1 to 1: `last_hidden_state` [1, frame, 288]. */
export async function encode(encoder: Runner, samples: Float32Array): Promise<Tensor<'float32'>> {
  const x = tensor('float32', samples, [1, samples.length]);
  return tensorNamed(await encoder.run({ input_values: x }, { keepFeeds: true }), 'last_hidden_state', 'float32');
}

/** The decoder with its memory of one sound. */
export class Decoding {
  private past = emptyPast();
  private isFirst = true;

  constructor(
    private readonly decoder: Runner,
    private readonly hidden: Tensor<'float32'>,
  ) {}

  /** Takes a token and gives the scores of the next: [token]. */
  async step(token: number): Promise<Float32Array> {
    const feeds = {
      input_ids: tensor('int64', BigInt64Array.of(BigInt(token)), [1, 1]),
      encoder_hidden_states: this.hidden,
      use_cache_branch: tensor('bool', Uint8Array.of(this.isFirst ? 0 : 1), [1]),
      ...this.past,
    };
    const outputs = await this.decoder.run(feeds, { keepFeeds: true });
    this.past = nextPast(this.past, outputs, this.isFirst);
    this.isFirst = false;
    return tensorNamed(outputs, 'logits', 'float32').data;
  }
}

/** The most probable token at each step, until the text ends. @param nMost most tokens */
export async function transcribe(
  encoder: Runner,
  decoder: Runner,
  samples: Float32Array,
  nMost: number,
): Promise<number[]> {
  const decoding = new Decoding(decoder, await encode(encoder, samples));
  const tokens = [architecture.begin];
  while (tokens.length <= nMost && tokens.at(-1) !== architecture.end)
    tokens.push(indexOfLargest(await decoding.step(tokens.at(-1)!)));
  return tokens.slice(1);
}

/** Tokens that a decoder is made to take, whatever it thinks of them: "And so my". */
const dictated = [architecture.begin, 1126, 577, 590];
const scoreStride = 2_311;

/** Some of the scores after each dictated token: [step, score]. */
export async function dictate(encoder: Runner, decoder: Runner, samples: Float32Array): Promise<number[][]> {
  const decoding = new Decoding(decoder, await encode(encoder, samples));
  const scores: number[][] = [];
  for (const token of dictated) scores.push([...(await decoding.step(token))].filter((_, i) => i % scoreStride === 0));
  return scores;
}

/** The decoder's memory before the first token. */
function emptyPast(): NamedTensors {
  const past: Record<string, Tensor> = {};
  for (let layer = 0; layer < architecture.nLayers; layer++)
    for (const side of ['decoder', 'encoder'])
      for (const part of ['key', 'value'])
        past[`past_key_values.${layer}.${side}.${part}`] = tensor('float32', new Float32Array(0), [
          0,
          architecture.nHeads,
          1,
          architecture.headSize,
        ]);
  return past;
}

/** What was computed of the sound stays as the first step gave it; later steps give it without values. */
function nextPast(past: NamedTensors, outputs: NamedTensors, isFirst: boolean): NamedTensors {
  const next: Record<string, Tensor> = { ...past };
  for (const [name, present] of Object.entries(outputs))
    if (name.startsWith('present') && (isFirst || name.includes('.decoder.')))
      next[name.replace('present', 'past_key_values')] = present;
  return next;
}

const indexOfLargest = (values: Float32Array): number =>
  values.reduce((best, value, i) => (value > values[best]! ? i : best), 0);
