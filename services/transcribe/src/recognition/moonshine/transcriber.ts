import { tokenSpans, type FrameSpan } from '../../alignment/cross-attention.js';
import { bothBiases } from '../bias/biases.js';
import { displayPhrases } from '../bias/display-phrases.js';
import { tokenPhrases } from '../bias/token-phrases.js';
import { PhraseBias } from '../bias/phrase-bias.js';
import { WordModelBias } from '../bias/word-model-bias.js';
import { beamSearch, type FoundText } from '../search/beam-search.js';
import type { TokenBias } from '../search/token-scorer.js';
import type { BiasPhrase, Hypothesis, NGramModel, RecognisedWord } from '../speech-engine.js';
import { LlamaTokenizer } from '../tokens/llama-tokenizer.js';
import { textOfWords } from '../tokens/text-of-words.js';
import { TokenShapes } from '../tokens/token-shapes.js';
import { wordsOf } from '../tokens/words.js';
import { beginToken, endToken, nFewestSamples, nMostTokens } from './architecture.js';
import type { Listening, MoonshineNetwork } from './network.js';
import { isSilent } from './silence.js';

export interface TranscriberRequest {
  readonly nBest: number;
  readonly beamWidth: number;
  readonly phrases: readonly BiasPhrase[];
  readonly languageModel: NGramModel | undefined;
  /** Called before each step: throws to end the search. */
  readonly checkpoint?: () => void;
}

/** Layers of Moonshine tiny whose attention follows the sound. */
const followingLayers = [2, 3, 4, 5];
/** The encoder's convolutions step 64 x 3 x 2 = 384 samples at 16 kHz. */
const frameMs = 24;
/** They look at 127 + 6 x 64 + 2 x 192 = 895 samples (56 ms), in whose middle a frame's 24 ms lie. */
const firstFrameMs = 16;
const nothing: Hypothesis = { words: [], text: '', logProbability: 0 };

/** From a sound to words, in this thread. */
export class MoonshineTranscriber {
  private readonly tokenizer = new LlamaTokenizer();
  private readonly shapes = new TokenShapes(this.tokenizer);

  constructor(private readonly network: MoonshineNetwork) {}

  /** The best readings, one at least. @param samples mono, 16 kHz, -1 to 1 */
  async hear(samples: Float32Array, request: TranscriberRequest): Promise<readonly Hypothesis[]> {
    if (samples.length < nFewestSamples || isSilent(samples)) return [nothing];
    const listening = await this.network.listen(samples);
    const found = await beamSearch(listening, {
      begin: beginToken,
      end: endToken,
      width: request.beamWidth,
      nBest: request.nBest,
      nMostTokens: nMostTokens(samples.length),
      margin: marginOf(request),
      isFree: (token) => this.shapes.of(token).isDigit,
      ...this.biasOf(request),
      ...(request.checkpoint && { checkpoint: request.checkpoint }),
    });
    const hypotheses = new Map<string, Hypothesis>();
    for (const text of found) {
      const hypothesis = await this.timed(listening, text, samples.length / 16, request.phrases);
      if (!hypotheses.has(hypothesis.text)) hypotheses.set(hypothesis.text, hypothesis);
    }
    return [...hypotheses.values()];
  }

  private biasOf({ phrases, languageModel }: TranscriberRequest): { bias?: TokenBias<unknown> } {
    const expected =
      phrases.length > 0
        ? new PhraseBias(tokenPhrases(phrases, this.tokenizer), (token) => this.shapes.of(token))
        : undefined;
    const model = languageModel && new WordModelBias(languageModel, (token) => this.shapes.of(token).text);
    if (expected && model) return { bias: bothBiases(expected, model) };
    const one = expected ?? model;
    return one ? { bias: one } : {};
  }

  private async timed(
    listening: Listening,
    { tokens, tokenLogProbabilities, logProbability }: FoundText,
    durationMs: number,
    phrases: readonly BiasPhrase[],
  ): Promise<Hypothesis> {
    const cut = wordsOf(tokens, this.tokenizer);
    if (cut.length === 0) return { ...nothing, logProbability };
    const spans = tokenSpans(await listening.attention(tokens), { layers: followingLayers });
    const words = cut.map(({ text, punctuation, firstToken, endToken: after }, i): RecognisedWord => {
      const { startMs, endMs } = timesOf(spans, firstToken, after, cut[i + 1]?.firstToken, durationMs);
      const sum = tokenLogProbabilities.slice(firstToken, after).reduce((total, value) => total + value, 0);
      return { text, ...(punctuation !== undefined && { punctuation }), startMs, endMs, probability: Math.exp(sum) };
    });
    const displayed = displayPhrases(words, phrases);
    return { words: displayed, text: textOfWords(displayed), logProbability };
  }
}

/** One reading is decided early (a wider margin left the errors on read speech as they were); others have to be found first. */
function marginOf({ nBest, phrases, languageModel }: TranscriberRequest): number {
  if (nBest > 1) return 8;
  return phrases.length > 0 || languageModel ? 5 : 3;
}

/**
 * A word ends where the next begins, or earlier: neighbours on the path share frames.
 * @param nextToken first token of the next word; undefined after the last
 */
function timesOf(
  spans: readonly FrameSpan[],
  firstToken: number,
  after: number,
  nextToken: number | undefined,
  durationMs: number,
) {
  const at = (frame: number): number =>
    Math.min(frame === 0 ? 0 : firstFrameMs + frame * frameMs, Math.floor(durationMs));
  const startMs = at(spans[firstToken]!.first);
  const next = nextToken === undefined ? Infinity : at(spans[nextToken]!.first);
  return { startMs, endMs: Math.max(startMs, Math.min(at(spans[after - 1]!.last + 1), next)) };
}
