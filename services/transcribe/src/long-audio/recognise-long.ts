import type { Hypothesis, RecogniseOptions, SpeechEngine } from '../recognition/speech-engine.js';
import { inOrder } from './in-order.js';
import { countBefore, joinReadings, someWords } from './stitching/stitch.js';
import type { VoiceDetector } from './voice/voice-detector.js';
import { cutWindows, type AudioWindow, type SeamTimes } from './windows/cut-windows.js';
import { limitsFor } from './windows/window-plan.js';

/** What was said in a stretch of a sound. */
export interface RecognisedWindow {
  readonly startMs: number;
  /** Where the next window may begin, and where recognition goes on after this one. */
  readonly endMs: number;
  /** The best reading first, at least one; times from the beginning of the sound. */
  readonly alternatives: readonly Hypothesis[];
}

export interface RecogniseLongOptions extends Omit<RecogniseOptions, 'previousText'> {
  readonly detector: VoiceDetector;
  /** Most windows that are with the engine at once. @default 3, so that none of two cores waits for the next window */
  readonly concurrency?: number;
  /** What comes before is not heard again: the `endMs` of the last window that a run before this one has told. */
  readonly startFromMs?: number;
  /** Told how far the sound is recognised, in milliseconds from its beginning; never falls. */
  readonly onProgress?: (doneMs: number) => void;
}

/**
 * What is said in a sound of any length: divided at pauses into windows that the engine can take, which are recognised some at a
 * time and told in order. Where speech has no pause for longer than a window, neighbours share a stretch and are joined at a word
 * that both have heard. Memory does not grow with the sound.
 * @param audio mono, 16 kHz, in pieces of any size, from its beginning
 * @throws what the engine, the detector or the audio throws; the signal's reason
 */
export async function* recogniseLong(
  audio: AsyncIterable<Float32Array>,
  engine: SpeechEngine,
  options: RecogniseLongOptions,
): AsyncGenerator<RecognisedWindow> {
  const { detector, concurrency = 3, startFromMs = 0, onProgress, ...wishes } = options;
  const { signal } = options;
  const progress = new Progress(startFromMs, onProgress);
  const windows = cutWindows(audio, {
    detector,
    limits: limitsFor(engine.maxWindowMs),
    startFromMs,
    signal,
    onCut: (ms) => progress.cut(ms),
  });
  const recognise = async (window: AudioWindow, stop: AbortSignal): Promise<HeardWindow> => {
    progress.begin();
    const readings = await engine.recognise(window.samples, { ...wishes, signal: AbortSignal.any([signal, stop]) });
    return { ...window, alternatives: readings.map((reading) => shifted(reading, window.startMs)) };
  };
  let held: HeardWindow | undefined;
  for await (let next of inOrder(windows, concurrency, recognise)) {
    if (held && next.seam) [held, next] = joined(held, next, next.seam);
    if (held) yield progress.end(told(held));
    held = next;
    if (next.isCutInSpeech) continue;
    yield progress.end(told(next));
    held = undefined;
  }
  if (held) yield progress.end(told(held));
  progress.finish();
}

type HeardWindow = Omit<AudioWindow, 'samples'> & Pick<RecognisedWindow, 'alternatives'>;

const told = ({ startMs, endMs, alternatives }: HeardWindow): RecognisedWindow => ({ startMs, endMs, alternatives });

function shifted(reading: Hypothesis, byMs: number): Hypothesis {
  const words = reading.words.map((word) => ({
    ...word,
    startMs: word.startMs + byMs,
    endMs: word.endMs + byMs,
  }));
  return { ...reading, words };
}

/** Both windows without what the other says better; the best readings decide where they meet. */
function joined(before: HeardWindow, after: HeardWindow, seam: SeamTimes): [HeardWindow, HeardWindow] {
  const [bestBefore, ...othersBefore] = before.alternatives;
  const [bestAfter, ...othersAfter] = after.alternatives;
  if (!bestBefore || !bestAfter) return [before, after];
  const { nBefore, nAfter, atMs } = joinReadings(bestBefore.words, bestAfter.words, seam);
  const upTo = (reading: Hypothesis) => someWords(reading, 0, countBefore(reading.words, atMs));
  const from = (reading: Hypothesis) => someWords(reading, countBefore(reading.words, atMs), reading.words.length);
  return [
    { ...before, endMs: atMs, alternatives: [someWords(bestBefore, 0, nBefore), ...othersBefore.map(upTo)] },
    {
      ...after,
      startMs: atMs,
      alternatives: [someWords(bestAfter, nAfter, bestAfter.words.length), ...othersAfter.map(from)],
    },
  ];
}

/** How far a sound is done: up to the last window told, and through silence where no window waits. */
class Progress {
  private nWaiting = 0;
  private cutMs = 0;

  constructor(
    private doneMs: number,
    private readonly onProgress: ((doneMs: number) => void) | undefined,
  ) {}

  cut(ms: number): void {
    this.cutMs = ms;
    if (this.nWaiting === 0) this.reach(ms);
  }

  begin(): void {
    this.nWaiting++;
  }

  end(window: RecognisedWindow): RecognisedWindow {
    this.nWaiting--;
    this.reach(window.endMs);
    return window;
  }

  finish(): void {
    this.reach(this.cutMs);
  }

  private reach(ms: number): void {
    if (ms <= this.doneMs) return;
    this.doneMs = ms;
    this.onProgress?.(ms);
  }
}
