import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { CrossAttention } from '../../alignment/cross-attention.js';
import type { Continuation, ScoreRows, TokenScorer } from '../search/token-scorer.js';
import { architectureOf, beginToken, type MoonshineArchitecture } from './architecture.js';
import { gatherRows } from './decoder-memory.js';
import { attentionOutput, withAttentionOutputs } from './expose-attention.js';

type Tensors = Readonly<Record<string, Tensor>>;

/** Moonshine's encoder and decoder in this thread. */
export class MoonshineNetwork {
  private constructor(
    private readonly encoder: InferenceSession,
    private readonly decoder: InferenceSession,
    private readonly architecture: MoonshineArchitecture,
  ) {}

  /** @param files ONNX, as Moonshine's makers give them; the decoder's attention becomes outputs here, in memory */
  static async load(files: { readonly encoder: Uint8Array; readonly decoder: Uint8Array }): Promise<MoonshineNetwork> {
    const options: InferenceSession.SessionOptions = {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: 4,
    };
    const encoder = await InferenceSession.create(files.encoder, options);
    const decoder = await InferenceSession.create(withAttentionOutputs(files.decoder), options);
    return new MoonshineNetwork(encoder, decoder, architectureOf(decoder));
  }

  /** @param samples mono, 16 kHz, -1 to 1 */
  async listen(samples: Float32Array): Promise<Listening> {
    const outputs = await this.encoder.run({ input_values: new Tensor('float32', samples, [1, samples.length]) });
    const hidden = outputs.last_hidden_state;
    if (!hidden) throw new Error('the encoder gave no last_hidden_state');
    return new Listening(this.decoder, hidden, this.architecture);
  }

  async release(): Promise<void> {
    await this.encoder.release();
    await this.decoder.release();
  }
}

/** The decoder's view of one sound. */
export class Listening implements TokenScorer {
  /** The rest of the network's 32,768 tokens has no text. */
  readonly nTokens = 32_000;
  private heard: Tensors = {};
  private said: Tensors;
  private isFirst = true;

  constructor(
    private readonly decoder: InferenceSession,
    private readonly hidden: Tensor,
    private readonly architecture: MoonshineArchitecture,
  ) {
    this.said = emptyMemory(architecture, 'decoder');
  }

  async step(continuations: readonly Continuation[]): Promise<ScoreRows> {
    const parents = continuations.map(({ parent }) => parent);
    if (!this.isFirst) this.said = mapValues(this.said, (tensor) => gatherRows(tensor, parents));
    const heard = this.isFirst ? emptyMemory(this.architecture, 'encoder') : this.heard;
    const outputs = await this.decoder.run(
      {
        input_ids: tokenTensor(
          continuations.map(({ token }) => token),
          [continuations.length, 1],
        ),
        encoder_hidden_states: this.hidden,
        use_cache_branch: new Tensor('bool', Uint8Array.of(this.isFirst ? 0 : 1), [1]),
        ...heard,
        ...this.said,
      },
      this.fetched(),
    );
    // What was computed of the sound stays as the first step gave it, for all texts; later steps give it without values.
    if (this.isFirst) this.heard = presentOf(outputs, 'encoder');
    this.said = presentOf(outputs, 'decoder');
    this.isFirst = false;
    return scoresOf(outputs);
  }

  /** Where each token of a text looks at in the sound: the text is dictated in one run. */
  async attention(tokens: readonly number[]): Promise<CrossAttention> {
    const { nLayers, nHeads } = this.architecture;
    const dictated = [beginToken, ...tokens];
    const names = Array.from({ length: nLayers }, (_, layer) => attentionOutput(layer));
    const outputs = await this.decoder.run(
      {
        input_ids: tokenTensor(dictated, [1, dictated.length]),
        encoder_hidden_states: this.hidden,
        use_cache_branch: new Tensor('bool', Uint8Array.of(0), [1]),
        ...emptyMemory(this.architecture, 'encoder'),
        ...emptyMemory(this.architecture, 'decoder'),
      },
      names,
    );
    const layers = names.map((name) => outputs[name]!.data as Float32Array);
    return { layers, nHeads, nTokens: dictated.length, nFrames: outputs[names[0]!]!.dims[3]! };
  }

  /** Outputs that a step needs; the attention is not among them. */
  private fetched(): string[] {
    return this.decoder.outputNames.filter(
      (name) => name === 'logits' || name.includes('.decoder.') || (this.isFirst && name.includes('.encoder.')),
    );
  }
}

const mapValues = (tensors: Tensors, change: (tensor: Tensor) => Tensor): Tensors =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, change(tensor)]));

const tokenTensor = (tokens: readonly number[], dims: readonly number[]) =>
  new Tensor(
    'int64',
    BigInt64Array.from(tokens, (token) => BigInt(token)),
    dims,
  );

/** The decoder's memory before the first token. */
function emptyMemory({ nLayers, nHeads, headSize }: MoonshineArchitecture, side: 'decoder' | 'encoder'): Tensors {
  const memory: Record<string, Tensor> = {};
  for (let layer = 0; layer < nLayers; layer++)
    for (const part of ['key', 'value'])
      memory[`past_key_values.${layer}.${side}.${part}`] = new Tensor('float32', new Float32Array(0), [
        0,
        nHeads,
        1,
        headSize,
      ]);
  return memory;
}

/** What a step remembers, under the names by which the next takes it. */
function presentOf(outputs: Tensors, side: 'decoder' | 'encoder'): Tensors {
  const memory: Record<string, Tensor> = {};
  for (const [name, tensor] of Object.entries(outputs))
    if (name.startsWith('present') && name.includes(`.${side}.`))
      memory[name.replace('present', 'past_key_values')] = tensor;
  return memory;
}

function scoresOf({ logits }: Tensors): ScoreRows {
  const stride = logits?.dims[2];
  if (!logits || stride === undefined) throw new Error('the decoder gave no logits [text, token, score]');
  return { data: logits.data as Float32Array, stride };
}
