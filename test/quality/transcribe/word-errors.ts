import type { Rng } from '@lantern/core-ml';

/** What differs between what was said and what was heard, in words. */
export interface WordErrors {
  readonly nWords: number;
  readonly substitutions: number;
  readonly deletions: number;
  readonly insertions: number;
}

/** One step of an alignment: a word said, a word heard, or both. */
export interface AlignedWord {
  readonly said?: number;
  readonly heard?: number;
}

/** Lines up two sequences of words with the fewest differences (Levenshtein 1966); indices, in order. */
export function alignWords(said: readonly string[], heard: readonly string[]): AlignedWord[] {
  const width = heard.length + 1;
  // [i, j]: fewest differences of said[i..] and heard[j..]
  const fewest = new Uint16Array((said.length + 1) * width);
  const at = (i: number, j: number) => fewest[i * width + j] ?? 0;
  for (let i = said.length; i >= 0; i--) {
    for (let j = heard.length; j >= 0; j--) {
      if (i === said.length || j === heard.length) fewest[i * width + j] = said.length - i + heard.length - j;
      else
        fewest[i * width + j] =
          said[i] === heard[j] ? at(i + 1, j + 1) : 1 + Math.min(at(i + 1, j + 1), at(i + 1, j), at(i, j + 1));
    }
  }
  const steps: AlignedWord[] = [];
  for (let i = 0, j = 0; i < said.length || j < heard.length;) {
    const both = i < said.length && j < heard.length;
    if (both && at(i, j) === at(i + 1, j + 1) + (said[i] === heard[j] ? 0 : 1)) steps.push({ said: i++, heard: j++ });
    else if (i < said.length && at(i, j) === at(i + 1, j) + 1) steps.push({ said: i++ });
    else steps.push({ heard: j++ });
  }
  return steps;
}

/** Counts the differences of two sequences of words. */
export function countErrors(said: readonly string[], heard: readonly string[]): WordErrors {
  let [substitutions, deletions, insertions] = [0, 0, 0];
  for (const step of alignWords(said, heard)) {
    if (step.heard === undefined) deletions++;
    else if (step.said === undefined) insertions++;
    else if (said[step.said] !== heard[step.heard]) substitutions++;
  }
  return { nWords: said.length, substitutions, deletions, insertions };
}

/** Differences in percent of the words said, over all utterances together. */
export function errorRate(utterances: readonly WordErrors[]): number {
  const sum = (value: (errors: WordErrors) => number) => utterances.reduce((total, one) => total + value(one), 0);
  return (100 * sum((one) => one.substitutions + one.deletions + one.insertions)) / sum(({ nWords }) => nWords);
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Where 95 of 100 error rates lie when the utterances are drawn anew with replacement (percentile bootstrap; Bisani and Ney 2004).
 * @param statistic of the utterances' indices that were drawn
 */
export function bootstrapInterval(
  nUtterances: number,
  rng: Rng,
  statistic: (drawn: readonly number[]) => number,
  nDraws = 2_000,
): Interval {
  const values = Array.from({ length: nDraws }, () =>
    statistic(Array.from({ length: nUtterances }, () => rng.below(nUtterances))),
  ).sort((a, b) => a - b);
  return { low: values[Math.floor(nDraws * 0.025)] ?? NaN, high: values[Math.ceil(nDraws * 0.975) - 1] ?? NaN };
}
