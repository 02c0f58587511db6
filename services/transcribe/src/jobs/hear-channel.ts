import { recogniseLong, type RecognisedWindow, type VoiceDetector } from '../long-audio/index.js';
import { speechSampleRateHz, type SpeechEngine } from '../recognition/speech-engine.js';
import type { FinishedWindows } from './finished-windows.js';
import { speechSamples, type ReadOptions } from './media-file.js';

/** What hears, the same for all channels of a file. */
export interface Hearing {
  readonly engine: SpeechEngine;
  readonly detector: VoiceDetector;
  readonly read: ReadOptions;
  readonly finished: FinishedWindows;
  readonly language: string;
}

export interface ChannelRequest {
  readonly path: string;
  /** From 0; undefined mixes all channels. */
  readonly channel: number | undefined;
  readonly nBest: number;
  readonly progress: (doneMs: number) => void;
}

export interface HeardChannel {
  readonly durationMs: number;
  readonly windows: readonly RecognisedWindow[];
}

/**
 * What is said in one channel of a file. Windows that an earlier run has finished are not heard again; each new one is kept before
 * the next is waited for.
 */
export async function hearChannel(
  { engine, detector, read, finished, language }: Hearing,
  { path, channel, nBest, progress }: ChannelRequest,
): Promise<HeardChannel> {
  const windows = await finished.read(channel ?? 0);
  let nSamples = 0;
  async function* counted() {
    for await (const samples of speechSamples(path, channel, read)) {
      nSamples += samples.length;
      yield samples;
    }
  }
  const startFromMs = windows.at(-1)?.endMs ?? 0;
  const options = { language, nBest, detector, signal: read.signal, startFromMs, onProgress: progress };
  for await (const window of recogniseLong(counted(), engine, options)) {
    await finished.add(channel ?? 0, window);
    windows.push(window);
  }
  return { durationMs: (nSamples / speechSampleRateHz) * 1_000, windows };
}
