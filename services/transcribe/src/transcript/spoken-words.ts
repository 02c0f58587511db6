import { bestWords, type SpeakerTurn, type Transcript, type TranscriptWord } from './transcript.js';

/** A word and where it comes from. */
export interface SpokenWord extends TranscriptWord {
  /** Channel that the word was heard on, from 0. */
  readonly channel: number;
  readonly turn?: SpeakerTurn;
  /** BCP 47 tag; set where several languages were looked for. */
  readonly languageCode?: string;
}

/**
 * All words of the best readings. Those of several channels are merged by when they begin, so that a conversation reads in its order.
 */
export function spokenWords({ channels, speakers }: Transcript): readonly SpokenWord[] {
  const perChannel = channels.map((channel) =>
    channel.windows.flatMap((window) => {
      const words = bestWords({ index: channel.index, windows: [window] });
      const { languageCode } = window;
      return words.map((word): SpokenWord => ({
        ...word,
        channel: channel.index,
        ...(languageCode !== undefined && { languageCode }),
      }));
    }),
  );
  // The sort is stable: what begins at once keeps the order of the channels.
  const merged = perChannel.length > 1 ? perChannel.flat().sort((a, b) => a.startMs - b.startMs) : perChannel.flat();
  return speakers ? withTurns(merged, speakers) : merged;
}

/** Each word in the turn that it overlaps most, or else the nearest. Words outside all turns exist where a turn was cut too short. */
function withTurns(words: readonly SpokenWord[], turns: readonly SpeakerTurn[]): readonly SpokenWord[] {
  if (turns.length === 0) return words;
  let from = 0;
  return words.map((word) => {
    // Both are in the order of time: turns that ended well before this word are not looked at again.
    while (from + 1 < turns.length && turns[from + 1]!.startMs <= word.startMs && turns[from]!.endMs < word.startMs)
      from++;
    let best = turns[from]!;
    for (let i = from; i < turns.length; i++) {
      const turn = turns[i]!;
      if (overlapMs(word, turn) > overlapMs(word, best)) best = turn;
      if (turn.startMs > word.endMs && turn !== best) break;
    }
    return { ...word, turn: best };
  });
}

/** Time that two stretches share; below 0 is the gap between them. */
const overlapMs = (a: { startMs: number; endMs: number }, b: SpeakerTurn): number =>
  Math.min(a.endMs, b.endMs) - Math.max(a.startMs, b.startMs);
