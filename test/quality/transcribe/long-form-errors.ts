import type { RecognisedWindow } from '@lantern/transcribe/speech';
import type { LongForm } from './long-form.js';
import { normaliseText } from './normalise.js';
import { alignWords, errorRate } from './word-errors.js';

export interface LongFormErrors {
  readonly errorRate: number;
  /** Utterances of which no word was heard though they were alone. */
  readonly lost: readonly string[];
  /** Runs of four words or more that nobody said there: what a window that is told twice would leave. */
  readonly doubled: readonly string[];
}

/** Words in a row that are inserted by no chance. */
const DOUBLED_RUN = 4;

/**
 * Errors of a long sound.
 * @param heardAlone names of the utterances of which at least a word is heard where they are single
 */
export function longFormErrors(
  sound: LongForm,
  windows: readonly RecognisedWindow[],
  heardAlone: ReadonlySet<string>,
): LongFormErrors {
  const said = sound.parts.flatMap(({ utterance }) => utterance.words.map((word) => ({ word, name: utterance.name })));
  const heard = windows.flatMap(({ alternatives }) => normaliseText(alternatives[0]?.text ?? ''));
  const steps = alignWords(
    said.map(({ word }) => word),
    heard,
  );
  const found = new Set<string>();
  const doubled: string[] = [];
  let run: string[] = [];
  let [substitutions, deletions, insertions] = [0, 0, 0];
  for (const step of [...steps, {}]) {
    if (step.said === undefined && step.heard !== undefined) {
      insertions++;
      run.push(heard[step.heard] ?? '');
      continue;
    }
    if (run.length >= DOUBLED_RUN) doubled.push(run.join(' '));
    run = [];
    if (step.said === undefined) continue;
    const { word, name } = said[step.said]!;
    if (step.heard === undefined) deletions++;
    else if (heard[step.heard] === word) found.add(name);
    else substitutions++;
  }
  const lost = sound.parts
    .map(({ utterance }) => utterance.name)
    .filter((name) => heardAlone.has(name) && !found.has(name));
  return { errorRate: errorRate([{ nWords: said.length, substitutions, deletions, insertions }]), lost, doubled };
}
