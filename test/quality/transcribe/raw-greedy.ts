import { fileOf, type ReadyModel } from '@lantern/models';
import llamaTokenizer from 'llama-tokenizer-js';
import { InferenceSession, Tensor } from 'onnxruntime-node';

const nLayers = 6;
const nHeads = 8;
const headSize = 36;
const beginToken = 1;
const endToken = 2;
/** The most that its authors let the network write per second of sound. */
const tokensPerSecond = 6.5;

/**
 * Moonshine as it comes: the likeliest token at each step and nothing else. What the service's engine is measured against; written
 * apart from it, so that an error of one does not hide in both.
 */
export class RawGreedy {
  private constructor(
    private readonly encoder: InferenceSession,
    private readonly decoder: InferenceSession,
  ) {}

  static async open(model: ReadyModel): Promise<RawGreedy> {
    const open = (name: string) => InferenceSession.create(fileOf(model, name).path);
    return new RawGreedy(await open('encoder_model.onnx'), await open('decoder_model_merged.onnx'));
  }

  /** @param samples mono, 16 kHz */
  async hear(samples: Float32Array): Promise<string> {
    const encoded = await this.encoder.run({ input_values: new Tensor('float32', samples, [1, samples.length]) });
    const states = encoded[this.encoder.outputNames[0] ?? ''];
    if (!states) throw new Error('the encoder gave nothing');
    const memory = emptyMemory();
    const tokens = [beginToken];
    const most = Math.trunc((samples.length / 16_000) * tokensPerSecond) + 4;
    while (tokens.length <= most) {
      const isFirst = tokens.length === 1;
      const outputs = await this.decoder.run({
        ...memory,
        input_ids: new Tensor('int64', BigInt64Array.of(BigInt(tokens.at(-1) ?? endToken)), [1, 1]),
        encoder_hidden_states: states,
        use_cache_branch: new Tensor('bool', Uint8Array.of(isFirst ? 0 : 1), [1]),
      });
      const token = likeliest(outputs['logits']?.data as Float32Array);
      if (token === endToken) break;
      tokens.push(token);
      // What it remembers of the sound is given out with the first token alone.
      for (const [name, value] of Object.entries(outputs)) {
        if (name.startsWith('present') && (isFirst || name.includes('decoder')))
          memory[name.replace('present', 'past_key_values')] = value;
      }
    }
    return llamaTokenizer.decode(tokens);
  }
}

function emptyMemory(): Record<string, Tensor> {
  const memory: Record<string, Tensor> = {};
  for (let layer = 0; layer < nLayers; layer++) {
    for (const part of ['decoder.key', 'decoder.value', 'encoder.key', 'encoder.value'])
      memory[`past_key_values.${layer}.${part}`] = new Tensor('float32', new Float32Array(0), [0, nHeads, 1, headSize]);
  }
  return memory;
}

function likeliest(logits: Float32Array): number {
  let best = 0;
  for (let i = 1; i < logits.length; i++) if (logits[i]! > logits[best]!) best = i;
  return best;
}
