import { toSeconds } from './decimal.js';
import type { SpokenWord } from './spoken-words.js';
import { readableText } from './transcript.js';
import type { TranscriptItem } from './transcript-file.js';

/** A pause that ends a segment. AWS publishes none; its own files keep pauses of 0.9 s inside a segment. */
const longPauseMs = 1_000;

export interface AudioSegment {
  id: number;
  transcript: string;
  start_time: string;
  end_time: string;
  speaker_label?: string;
  channel_label?: string;
  language_code?: string;
  /** `id`s of what is in it. */
  items: number[];
}

type ItemsOfWord = { readonly word: SpokenWord; readonly items: readonly TranscriptItem[] };

/** Stretches without a change of speaker, channel or language, or a long pause. */
export function audioSegments(items: readonly ItemsOfWord[], hasChannels: boolean): AudioSegment[] {
  const segments: ItemsOfWord[][] = [];
  for (const item of items) {
    const last = segments.at(-1);
    if (last && continues(last.at(-1)!.word, item.word)) last.push(item);
    else segments.push([item]);
  }
  return segments.map((segment, id) => {
    const { turn, channel, languageCode } = segment[0]!.word;
    const words = segment.map(({ word }) => word);
    return {
      id,
      transcript: readableText(words),
      start_time: toSeconds(words[0]!.startMs),
      end_time: toSeconds(words.at(-1)!.endMs),
      ...(turn && { speaker_label: turn.label }),
      ...(hasChannels && { channel_label: `ch_${channel}` }),
      ...(languageCode !== undefined && { language_code: languageCode }),
      items: segment.flatMap((each) => each.items.map((item) => item.id)),
    };
  });
}

const continues = (before: SpokenWord, next: SpokenWord): boolean =>
  before.turn?.label === next.turn?.label &&
  before.channel === next.channel &&
  before.languageCode === next.languageCode &&
  next.startMs - before.endMs < longPauseMs;
