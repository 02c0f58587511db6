import { spokenWords, type SpokenWord } from '../spoken-words.js';
import { readableText, type Transcript } from '../transcript.js';

/** Text that is shown for a while. */
export interface Cue {
  readonly startMs: number;
  readonly endMs: number;
  /** One or two. */
  readonly lines: readonly string[];
}

/**
 * How subtitles are cut. AWS publishes only that they "remain visible until there is a natural pause or the speaker finishes talking"
 * and that `--` tells speakers apart; the numbers are those usual in broadcasting (Netflix's timed text style guide: two lines of 42
 * characters, up to 7 s).
 */
const limits = { lineLength: 42, nLines: 2, longestMs: 7_000, pauseMs: 700 };

const endsSentence = /[.?!\u2026\u3002\uff1f\uff01]$/u;

/** A transcript in pieces that fit a screen, none overlapping the next. Words that were removed leave nothing. */
export function cuesOf(transcript: Transcript): readonly Cue[] {
  const groups: SpokenWord[][] = [];
  for (const word of spokenWords(transcript).filter(({ text }) => text !== '')) {
    const group = groups.at(-1);
    if (group && fits(group, word)) group.push(word);
    else groups.push([word]);
  }
  return groups.map((words, i) => {
    const startMs = words[0]!.startMs;
    const spokenUntilMs = Math.max(...words.map(({ endMs }) => endMs));
    const nextMs = groups[i + 1]?.[0]?.startMs ?? Infinity;
    return { startMs, endMs: Math.max(startMs, Math.min(spokenUntilMs, nextMs)), lines: linesOf(words) };
  });
}

function fits(group: readonly SpokenWord[], word: SpokenWord): boolean {
  const first = group[0]!;
  const last = group.at(-1)!;
  if (word.startMs - last.endMs >= limits.pauseMs || word.endMs - first.startMs > limits.longestMs) return false;
  const lines = linesOf([...group, word]);
  if (lines.length > limits.nLines) return false;
  // A new sentence begins a cue of its own, unless all is so short that it would flash by.
  const isNewSentence = endsSentence.test(last.punctuation ?? '') && sameSpeaker(last, word);
  return !isNewSentence || linesOf(group).join(' ').length < limits.lineLength / 2;
}

/** Lines, filled from the first; each speaker begins a line, after `-- ` where there are several. */
function linesOf(words: readonly SpokenWord[]): readonly string[] {
  const parts: SpokenWord[][] = [];
  for (const word of words) {
    const part = parts.at(-1);
    if (part && sameSpeaker(part[0]!, word)) part.push(word);
    else parts.push([word]);
  }
  const mark = parts.length > 1 ? '-- ' : '';
  return parts.flatMap((part) => broken(mark, part));
}

/** What one speaker says, on as few lines as hold it. */
function broken(mark: string, words: readonly SpokenWord[]): readonly string[] {
  const lines: string[] = [];
  let line: SpokenWord[] = [];
  const written = (each: readonly SpokenWord[]) => (lines.length === 0 ? mark : '') + readableText(each);
  for (const word of words) {
    if (line.length > 0 && written([...line, word]).length > limits.lineLength) {
      lines.push(written(line));
      line = [];
    }
    line.push(word);
  }
  return [...lines, written(line)];
}

const sameSpeaker = (a: SpokenWord, b: SpokenWord): boolean =>
  a.channel === b.channel && a.turn?.label === b.turn?.label;
