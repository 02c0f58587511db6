import type { Hypothesis, RecognisedWord } from '../recognition/speech-engine.js';

/** A word of a transcript: as it was recognised, and what was done to it since. */
export interface TranscriptWord extends RecognisedWord {
  /** Whether a vocabulary filter that tags has this word; undefined where no such filter was applied. */
  readonly isFilterMatch?: boolean;
  /** Set where the word stands for personal information that was taken out; `text` is then the placeholder. */
  readonly redaction?: Redaction;
}

export interface Redaction {
  /** What was taken out, by AWS's name: `NAME`. */
  readonly type: string;
  /** How sure the finder was that it is personal, 0 to 1. */
  readonly probability: number;
}

export interface TranscriptHypothesis extends Hypothesis {
  readonly words: readonly TranscriptWord[];
}

/** What was said in a stretch of a sound; a `RecognisedWindow` is one. */
export interface TranscriptWindow {
  readonly startMs: number;
  readonly endMs: number;
  /** The best reading first, at least one; times from the beginning of the sound. */
  readonly alternatives: readonly TranscriptHypothesis[];
  /** BCP 47 tag of what is spoken here; set where several languages were looked for. */
  readonly languageCode?: string;
}

export interface TranscriptChannel {
  /** From 0. */
  readonly index: number;
  /** In the order of time. */
  readonly windows: readonly TranscriptWindow[];
}

/** A stretch in which one person speaks. */
export interface SpeakerTurn {
  readonly startMs: number;
  readonly endMs: number;
  /** As the transcript shows it: `spk_0`. */
  readonly label: string;
}

export interface TranscriptLanguage {
  /** BCP 47 tag: `en-US`. */
  readonly code: string;
  /** What was thought of each candidate, the likeliest first; set where the language was identified. */
  readonly scores?: readonly { readonly code: string; readonly probability: number }[];
}

/** Everything that is known of what was said in a recording. */
export interface Transcript {
  readonly durationMs: number;
  readonly language: TranscriptLanguage;
  /** One, or one for each channel that was recognised by itself. */
  readonly channels: readonly TranscriptChannel[];
  /** In the order of time; set where speakers were told apart. */
  readonly speakers?: readonly SpeakerTurn[];
}

/** The words of the best readings of a channel, in the order of time. */
export const bestWords = (channel: TranscriptChannel): readonly TranscriptWord[] =>
  channel.windows.flatMap(({ alternatives }) => alternatives[0]?.words ?? []);

/** Words and their punctuation as one text. A word without text takes its place, not its space. */
export const readableText = (words: readonly TranscriptWord[]): string =>
  words.reduce((text, { text: word, punctuation = '' }) => {
    const space = text !== '' && word !== '' ? ' ' : '';
    return text + space + word + punctuation;
  }, '');

/** The transcript with each reading's words changed; the texts follow. */
export const mapReadings = (
  transcript: Transcript,
  change: (words: readonly TranscriptWord[]) => readonly TranscriptWord[],
): Transcript => ({
  ...transcript,
  channels: transcript.channels.map((channel) => ({
    ...channel,
    windows: channel.windows.map((window) => ({
      ...window,
      alternatives: window.alternatives.map((reading) => withWords(reading, change(reading.words))),
    })),
  })),
});

/** A reading with other words, its text made of them. */
export const withWords = (reading: TranscriptHypothesis, words: readonly TranscriptWord[]): TranscriptHypothesis => ({
  ...reading,
  words,
  text: readableText(words),
});
