import type { Abortable } from '@lantern/aws-protocol';

/** A language with the probability that the text is in it. */
export interface LanguageScore {
  /** RFC 5646, as AWS spells it: `en`, `zh`, `zh-TW`. */
  readonly language: string;
  /** In [0, 1]; over all languages of a text they sum to at most 1. */
  readonly probability: number;
}

/** Tells which languages a text may be written in. */
export abstract class LanguageEngine {
  /** Names the model in the log. */
  abstract readonly modelDigest: string;

  /**
   * The likely languages of one text, the likeliest first.
   * @param text not empty, in Unicode; its form and case do not matter
   * @throws the reason once it is not wanted any more
   */
  abstract detect(text: string, wanted: Abortable): Promise<readonly LanguageScore[]>;
}
