import type { Transcript, TranscriptHypothesis, TranscriptWindow, TranscriptWord } from './transcript.js';
import { readableText } from './transcript.js';

/** Words from `text startMs endMs [probability]`; signs at the end of the text are punctuation. */
export const said = (...lines: readonly string[]): TranscriptWord[] =>
  lines.map((line) => {
    const [written = '', startMs, endMs, probability = '1'] = line.split(' ');
    const [, text = '', punctuation = ''] = /^(.*?)([.,?!]*)$/u.exec(written) ?? [];
    const times = { startMs: Number(startMs), endMs: Number(endMs), probability: Number(probability) };
    return { text, ...times, ...(punctuation !== '' && { punctuation }) };
  });

export const reading = (words: readonly TranscriptWord[], logProbability = -1): TranscriptHypothesis => ({
  words,
  text: readableText(words),
  logProbability,
});

export const windowOf = (words: readonly TranscriptWord[], more: Partial<TranscriptWindow> = {}): TranscriptWindow => ({
  startMs: words[0]!.startMs - 100,
  endMs: words.at(-1)!.endMs + 100,
  alternatives: [reading(words)],
  ...more,
});

/** One channel for each list of windows. */
export const transcriptOf = (
  channels: readonly (readonly TranscriptWindow[])[],
  more: Partial<Transcript> = {},
): Transcript => ({
  durationMs: 60_000,
  language: { code: 'en-US' },
  channels: channels.map((windows, index) => ({ index, windows })),
  ...more,
});

/** The words of the examples in AWS's developer guide: a customer waits, an agent is sorry. */
export const onHold = said(
  "I've 4870 5020",
  'been 5020 5170',
  'on 5170 5290',
  'hold 5290 5640',
  'for 5640 5840',
  'an 6110 6260',
  'hour. 6260 6880',
);
export const sorry = said('Sorry 8490 8880', 'about 8880 9050 0.902', 'that. 9050 9240');
