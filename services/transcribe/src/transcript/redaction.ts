import {
  bestWords,
  withWords,
  type Transcript,
  type TranscriptChannel,
  type TranscriptWindow,
  type TranscriptWord,
} from './transcript.js';

/** Personal information in the text of a channel. */
export interface PersonalSpan {
  /** AWS's name: `NAME`. */
  readonly type: string;
  /** 0 to 1. */
  readonly probability: number;
  /** First UTF-16 unit in `textToRedact`. */
  readonly startIndex: number;
  /** After the last one. */
  readonly endIndex: number;
}

/** What a placeholder says: `[PII]`, as in AWS's batch files, or `[NAME]`, as in its streams. */
export type PlaceholderStyle = 'category' | 'type';

/** The text of a channel's best readings that spans for `redact` count in. */
export const textToRedact = (channel: TranscriptChannel): string => layOut(bestWords(channel)).text;

/**
 * The transcript without personal information. Words that a span touches become one placeholder from the first to the last; the
 * punctuation after them stays. Readings other than the best would show what is hidden and are left out.
 * Source: AWS's developer guide, "Example PII redaction and identification output" (read 2026-11).
 * @param spans for each channel; spans that overlap are one, under the name of the likelier
 */
export function redact(
  transcript: Transcript,
  spans: readonly (readonly PersonalSpan[])[],
  style: PlaceholderStyle = 'category',
): Transcript {
  const channels = transcript.channels.map((channel, i) => redactChannel(channel, spans[i] ?? [], style));
  return { ...transcript, channels };
}

function redactChannel(
  channel: TranscriptChannel,
  spans: readonly PersonalSpan[],
  style: PlaceholderStyle,
): TranscriptChannel {
  const ranges = layOut(bestWords(channel)).ranges;
  const touching = merged(spans);
  const spanOf = (index: number): PersonalSpan | undefined => {
    const [start, end] = ranges[index]!;
    return touching.find(({ startIndex, endIndex }) => startIndex < end && endIndex > start);
  };
  let index = 0;
  let under: PersonalSpan | undefined;
  const windows: TranscriptWindow[] = [];
  for (const window of channel.windows) {
    const [best] = window.alternatives;
    const kept: TranscriptWord[] = [];
    for (const word of best?.words ?? []) {
      const span = spanOf(index++);
      // A span that goes on from the window before keeps its placeholder there.
      if (!span) kept.push(word);
      else if (span === under) extendLast(kept, windows, word);
      else kept.push(placeholder(word, span, style));
      under = span;
    }
    windows.push({ ...window, alternatives: best ? [withWords(best, kept)] : [] });
  }
  return { ...channel, windows };
}

const placeholder = (word: TranscriptWord, { type, probability }: PersonalSpan, style: PlaceholderStyle) => ({
  ...word,
  text: style === 'type' ? `[${type}]` : '[PII]',
  redaction: { type, probability },
});

/** Lets the last placeholder reach to the end of a word more. */
function extendLast(kept: TranscriptWord[], windows: TranscriptWindow[], word: TranscriptWord): void {
  const extend = ({ punctuation: _, ...last }: TranscriptWord): TranscriptWord => ({
    ...last,
    endMs: word.endMs,
    ...(word.punctuation !== undefined && { punctuation: word.punctuation }),
  });
  if (kept.length > 0) {
    kept.push(extend(kept.pop()!));
    return;
  }
  const at = windows.findLastIndex(({ alternatives }) => (alternatives[0]?.words.length ?? 0) > 0);
  const window = windows[at]!;
  const [best] = window.alternatives;
  const words = best!.words;
  windows[at] = { ...window, alternatives: [withWords(best!, [...words.slice(0, -1), extend(words.at(-1)!)])] };
}

/** A text and where each word stands in it, punctuation aside. */
function layOut(words: readonly TranscriptWord[]): { text: string; ranges: readonly (readonly [number, number])[] } {
  let text = '';
  const ranges = words.map(({ text: word, punctuation = '' }) => {
    if (text !== '' && word !== '') text += ' ';
    const start = text.length;
    text += word + punctuation;
    return [start, start + word.length] as const;
  });
  return { text, ranges };
}

function merged(spans: readonly PersonalSpan[]): readonly PersonalSpan[] {
  const result: PersonalSpan[] = [];
  for (const span of [...spans].sort((a, b) => a.startIndex - b.startIndex)) {
    const last = result.at(-1);
    if (!last || span.startIndex >= last.endIndex) {
      result.push(span);
      continue;
    }
    const likelier = span.probability > last.probability ? span : last;
    const endIndex = Math.max(last.endIndex, span.endIndex);
    result[result.length - 1] = { ...likelier, startIndex: last.startIndex, endIndex };
  }
  return result;
}

/** Key of the file without personal information: as the service names them, `redacted-` before the file's name. */
export function redactedKey(key: string): string {
  const nameAt = key.lastIndexOf('/') + 1;
  return `${key.slice(0, nameAt)}redacted-${key.slice(nameAt)}`;
}
