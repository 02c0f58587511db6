import { audioSegments, type AudioSegment } from './audio-segments.js';
import { toConfidence, toSeconds } from './decimal.js';
import { spokenWords, type SpokenWord } from './spoken-words.js';
import { readableText, type Transcript, type TranscriptHypothesis, type TranscriptWord } from './transcript.js';

export interface TranscriptFileSettings {
  /** One transcript for each channel beside the merged one. */
  readonly channelIdentification?: boolean;
  /** Most readings of each segment; left out where only the best is wanted. */
  readonly maxAlternatives?: number;
  /** Set where redaction was asked for: whether this is the file without personal information. */
  readonly isRedacted?: boolean;
}

/** A word or a punctuation mark as AWS's file has it. */
export interface TranscriptItem {
  id: number;
  type: 'pronunciation' | 'punctuation';
  alternatives: {
    confidence?: string;
    content: string;
    redactions?: { confidence: string; type: string; category: 'PII' }[];
  }[];
  start_time?: string;
  end_time?: string;
  speaker_label?: string;
  channel_label?: string;
  language_code?: string;
  vocabularyFilterMatch?: boolean;
}

/**
 * The transcript as AWS's file has it, ready for `JSON.stringify`. Sources, in AWS's developer guide (edition of 2023): "Example
 * diarization output (batch)", "Example channel identification output (batch)", `segments` in "Alternative transcriptions",
 * `language_codes` in "Language identification with batch transcription jobs", `redactions` in "Example PII redaction and identification
 * output", `vocabularyFilterMatch` in "Filtering batch transcriptions". `id`s from 0 through words and marks, `audio_segments` and three
 * digits of confidence are as in a file of the service of 2025. Not confirmed by a source: `language_identification`, `type` and
 * `category` of redactions, where `status` stands, labels of channels on segments, and that channels are merged by time.
 */
export function toTranscriptFile(
  jobName: string,
  accountId: string,
  transcript: Transcript,
  settings: TranscriptFileSettings = {},
) {
  const words = spokenWords(transcript);
  const hasChannels = settings.channelIdentification === true;
  const items = words.map((word) => ({ word, items: itemsOf(word, hasChannels) }));
  let id = 0;
  for (const item of items.flatMap((each) => each.items)) item.id = id++;
  const { maxAlternatives } = settings;
  return {
    jobName,
    accountId,
    status: 'COMPLETED',
    ...(settings.isRedacted !== undefined && { isRedacted: settings.isRedacted }),
    results: {
      ...languageMembers(transcript),
      transcripts: [{ transcript: readableText(words) }],
      ...(transcript.speakers && { speaker_labels: speakerLabels(words) }),
      ...(hasChannels && { channel_labels: channelLabels(transcript, items) }),
      items: items.flatMap((each) => each.items),
      ...(maxAlternatives !== undefined && { segments: alternativeSegments(transcript, maxAlternatives, hasChannels) }),
      audio_segments: audioSegments(items, hasChannels),
    },
  };
}

export type TranscriptFile = ReturnType<typeof toTranscriptFile>;
export type { AudioSegment };

/** The item of a word and those of the marks after it, each a single character; `id`s are given later. */
function itemsOf(word: SpokenWord, hasChannels: boolean): TranscriptItem[] {
  const labels = {
    ...(word.turn && { speaker_label: word.turn.label }),
    ...(hasChannels && { channel_label: channelLabel(word.channel) }),
    ...(word.languageCode !== undefined && { language_code: word.languageCode }),
  };
  const spoken: TranscriptItem = {
    id: 0,
    type: 'pronunciation',
    alternatives: [wordAlternative(word)],
    start_time: toSeconds(word.startMs),
    end_time: toSeconds(word.endMs),
    ...labels,
    ...(word.isFilterMatch !== undefined && { vocabularyFilterMatch: word.isFilterMatch }),
  };
  const marks = marksOf(word).map((content): TranscriptItem => ({
    id: 0,
    type: 'punctuation',
    alternatives: [{ confidence: '0.0', content }],
    ...labels,
  }));
  return [spoken, ...marks];
}

const marksOf = ({ punctuation = '' }: TranscriptWord): string[] => [...punctuation];

/** What was redacted has the finder's confidence, and none of the recogniser's. */
const wordAlternative = ({ text, probability, redaction }: TranscriptWord): TranscriptItem['alternatives'][number] =>
  redaction
    ? {
        content: text,
        redactions: [{ confidence: toConfidence(redaction.probability, 4), type: redaction.type, category: 'PII' }],
      }
    : { confidence: toConfidence(probability), content: text };

const channelLabel = (index: number): string => `ch_${index}`;

function languageMembers({ language, channels }: Transcript) {
  const spokenMs = new Map<string, number>();
  for (const { languageCode, startMs, endMs } of channels.flatMap(({ windows }) => windows)) {
    if (languageCode !== undefined) spokenMs.set(languageCode, (spokenMs.get(languageCode) ?? 0) + endMs - startMs);
  }
  if (spokenMs.size > 0) {
    return {
      language_codes: [...spokenMs].map(([code, ms]) => ({
        language_code: code,
        duration_in_seconds: Math.round(ms) / 1000,
      })),
    };
  }
  if (!language.scores) return {};
  return {
    language_code: language.code,
    language_identification: language.scores.map(({ code, probability }) => ({
      score: toConfidence(probability, 4),
      code,
    })),
  };
}

/** Turns in which something was said. AWS labels speakers of the merged sound, which it calls channel 0. */
function speakerLabels(words: readonly SpokenWord[]) {
  const turns = new Map<NonNullable<SpokenWord['turn']>, SpokenWord[]>();
  for (const word of words) {
    if (!word.turn) continue;
    const said = turns.get(word.turn);
    if (said) said.push(word);
    else turns.set(word.turn, [word]);
  }
  const segments = [...turns].map(([turn, said]) => ({
    start_time: toSeconds(Math.min(turn.startMs, said[0]!.startMs)),
    end_time: toSeconds(Math.max(turn.endMs, said.at(-1)!.endMs)),
    speaker_label: turn.label,
    items: said.map(({ startMs, endMs }) => ({
      speaker_label: turn.label,
      start_time: toSeconds(startMs),
      end_time: toSeconds(endMs),
    })),
  }));
  return {
    segments,
    channel_label: channelLabel(0),
    speakers: new Set(segments.map(({ speaker_label }) => speaker_label)).size,
  };
}

function channelLabels(
  { channels }: Transcript,
  items: readonly { word: SpokenWord; items: readonly TranscriptItem[] }[],
) {
  return {
    channels: channels.map(({ index }) => ({
      channel_label: channelLabel(index),
      items: items.filter(({ word }) => word.channel === index).flatMap((each) => each.items),
    })),
    number_of_channels: channels.length,
  };
}

/** Each window with its readings, the best first. */
function alternativeSegments({ channels }: Transcript, maxAlternatives: number, hasChannels: boolean) {
  const segments = channels.flatMap(({ index, windows }) => windows.map((window) => ({ index, window })));
  if (channels.length > 1) segments.sort((a, b) => a.window.startMs - b.window.startMs);
  return segments.map(({ index, window }) => ({
    start_time: toSeconds(window.startMs),
    end_time: toSeconds(window.endMs),
    ...(hasChannels && { channel_label: channelLabel(index) }),
    alternatives: window.alternatives.slice(0, maxAlternatives).map(alternative),
  }));
}

const alternative = ({ words }: TranscriptHypothesis) => ({
  transcript: readableText(words),
  items: words.flatMap((word) => [
    {
      start_time: toSeconds(word.startMs),
      ...wordAlternative(word),
      end_time: toSeconds(word.endMs),
      type: 'pronunciation',
      ...(word.isFilterMatch !== undefined && { vocabularyFilterMatch: word.isFilterMatch }),
    },
    ...marksOf(word).map((content) => ({ confidence: '0.0', type: 'punctuation', content })),
  ]),
});
