/** A word as it was heard. */
export interface RecognisedWord {
  /** Cased as it is written, without the punctuation around it. */
  readonly text: string;
  /** What follows the word without a space between: `,`, `.`, `?`, `!`, or several signs. */
  readonly punctuation?: string;
  readonly startMs: number;
  /** Not before `startMs`. */
  readonly endMs: number;
  /** How sure the engine is of the word, 0 to 1. */
  readonly probability: number;
}

/** One reading of a sound. */
export interface Hypothesis {
  /** In the order of time; empty where nothing was said. */
  readonly words: readonly RecognisedWord[];
  readonly text: string;
  /** Natural logarithm of what the engine gives the whole reading; what phrases and language models add is in it. */
  readonly logProbability: number;
}

/** A word or phrase that a customer expects. */
export interface BiasPhrase {
  /** As it is spoken and written, words separated by spaces: `Los Angeles`. */
  readonly text: string;
  /** Other spellings that sound like it: `loss angle less`. */
  readonly soundsLike?: readonly string[];
  /** How it is written where it was heard: `L.A.`. */
  readonly displayAs?: string;
  /** Natural logarithm that each token gains while the phrase matches; the engine's own default where it is left out. */
  readonly boost?: number;
}

/**
 * A customer's language model over words. It is data alone, so that it can move to the thread that decodes; engines remember it by
 * its digest. Words are in lower case without punctuation (apostrophes within stay); `<s>` begins and `</s>` ends a sentence. Keys are
 * words separated by one space. Logarithms are natural.
 */
export interface NGramModel {
  /** SHA-256 of what the model was made from, lower-case hexadecimal. */
  readonly digest: string;
  /** Most words in a key of `logProbabilities`, at least 1. */
  readonly order: number;
  /** Of an n-gram's last word after those before it. */
  readonly logProbabilities: ReadonlyMap<string, number>;
  /** What is added when a history is shortened by its first word; 0 where the history is not in it. */
  readonly backOffs: ReadonlyMap<string, number>;
  /** Of a word that the model has never seen. */
  readonly unknownLogProbability: number;
}

export interface RecogniseOptions {
  /** BCP 47 tag, for example `en-US`. */
  readonly language: string;
  /** Most readings wanted. @default 1 */
  readonly nBest?: number;
  readonly phrases?: readonly BiasPhrase[];
  readonly languageModel?: NGramModel;
  readonly signal: AbortSignal;
  /** What was said just before this sound. Engines without a memory for it leave it aside. */
  readonly previousText?: string;
}

/** Hears speech. Adapters name their technology. */
export abstract class SpeechEngine {
  /** Names the model that hears, so that a result can be explained later: SHA-256, lower-case hexadecimal. */
  abstract readonly modelDigest: string;
  /** Primary language subtags: `en`. */
  abstract readonly languages: readonly string[];
  /** Longest sound that `recognise` takes. */
  abstract readonly maxWindowMs: number;

  /**
   * What is said in a sound.
   * @param samples mono, 16 kHz, -1 to 1; up to `maxWindowMs` of them. They are left as they are.
   * @returns the best reading first, at least one and at most `nBest`; times count from the first sample
   * @throws SpeechEngineError for a sound that is too long or a language that is not spoken here; the signal's reason
   */
  abstract recognise(samples: Float32Array, options: RecogniseOptions): Promise<readonly Hypothesis[]>;

  /** Waits for what is under way and gives the memory back. */
  abstract close(): Promise<void>;
}

/** A request that an engine cannot serve, in words for whoever asked. */
export class SpeechEngineError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SpeechEngineError';
  }
}

/** Rate of all samples that engines take. */
export const speechSampleRateHz = 16_000;
