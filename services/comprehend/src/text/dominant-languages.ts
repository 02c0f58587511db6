import type { DominantLanguage } from '../api/index.js';
import type { LanguageScore } from '../engines/language.engine.js';

/**
 * Languages below this probability are left out, unless nothing else is left. AWS does not publish its own threshold; ours
 * keeps the second language of a mixed text and drops the long tail of a softmax.
 */
export const MIN_PROBABILITY = 0.05;

/** An engine's scores as the API lists them: by falling score, without the unlikely ones. */
export function toDominantLanguages(scores: readonly LanguageScore[]): DominantLanguage[] {
  const falling = [...scores].sort((a, b) => b.probability - a.probability);
  const likely = falling.filter(({ probability }, i) => i === 0 || probability >= MIN_PROBABILITY);
  return likely.map(({ language, probability }) => ({ LanguageCode: language, Score: probability }));
}
