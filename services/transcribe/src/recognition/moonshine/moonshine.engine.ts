import { fileOf, type ReadyModel } from '@lantern/models';
import { SpeechEngine, SpeechEngineError, speechSampleRateHz } from '../speech-engine.js';
import type { Hypothesis, RecogniseOptions } from '../speech-engine.js';
import type { MoonshineFiles } from './messages.js';
import { MoonshineThread } from './moonshine-thread.js';

export interface MoonshineOptions {
  /** Threads, each with the network in its memory (about 150 MB). @default 2 */
  readonly nWorkers?: number;
  /** Texts that are followed at once; 1 is the greedy search. @default 4 */
  readonly beamWidth?: number;
}

interface Waiting {
  readonly resolve: (thread: MoonshineThread) => void;
  readonly reject: (cause: unknown) => void;
}

/** Name of Moonshine tiny in the catalogue; its files come with npm packages. */
export const moonshineModel = 'moonshine-tiny-en-int8';

/** English speech, heard by Moonshine in threads of its own: encoder, decoder and the search are in one, so that no memory moves. */
export class MoonshineEngine extends SpeechEngine {
  readonly languages = ['en'];
  /** Moonshine was trained on up to 30 seconds; longer sounds lose words. */
  readonly maxWindowMs = 30_000;
  private readonly taken = new Set<MoonshineThread>();
  private readonly waiting: Waiting[] = [];
  private isClosed = false;

  private constructor(
    readonly modelDigest: string,
    private readonly files: MoonshineFiles,
    private readonly threads: MoonshineThread[],
    private readonly beamWidth: number,
  ) {
    super();
  }

  /**
   * @param model from the model library: its merged decoder gets outputs for the attention in memory, at the start of each thread
   * @throws Error where a file is not what it should be
   */
  static async open(
    model: ReadyModel,
    { nWorkers = 2, beamWidth = 4 }: MoonshineOptions = {},
  ): Promise<MoonshineEngine> {
    const files = { encoder: fileOf(model, 'encoder_model.onnx'), decoder: fileOf(model, 'decoder_model_merged.onnx') };
    const threads = await Promise.all(Array.from({ length: nWorkers }, () => MoonshineThread.start(files)));
    return new MoonshineEngine(model.digest, files, threads, beamWidth);
  }

  async recognise(samples: Float32Array, options: RecogniseOptions): Promise<readonly Hypothesis[]> {
    const { nBest = 1, phrases = [], languageModel, signal } = options;
    this.check(samples, options);
    const thread = await this.freeThread(signal);
    try {
      // The signal may have come while nobody listened to it.
      signal.throwIfAborted();
      const request = { nBest, beamWidth: Math.max(this.beamWidth, nBest), phrases };
      return await thread.hear(new Float32Array(samples), request, languageModel, signal);
    } finally {
      await this.giveBack(thread);
    }
  }

  async close(): Promise<void> {
    this.isClosed = true;
    for (const { reject } of this.waiting.splice(0)) reject(new Error('the engine is closed'));
    await Promise.all(this.threads.map((thread) => thread.end()));
  }

  private check(samples: Float32Array, { language, nBest = 1, signal }: RecogniseOptions): void {
    signal.throwIfAborted();
    if (this.isClosed) throw new Error('the engine is closed');
    if (language !== 'en' && !language.startsWith('en-'))
      throw new SpeechEngineError(`Moonshine hears English, not ${language}`);
    const durationMs = (samples.length / speechSampleRateHz) * 1_000;
    if (durationMs > this.maxWindowMs)
      throw new SpeechEngineError(
        `the sound lasts ${Math.round(durationMs)} ms; at most ${this.maxWindowMs} ms are heard`,
      );
    if (!Number.isInteger(nBest) || nBest < 1 || nBest > 10)
      throw new SpeechEngineError(`between 1 and 10 readings can be asked for, not ${nBest}`);
    if (samples.some((sample) => !Number.isFinite(sample)))
      throw new SpeechEngineError('the sound has samples that are not numbers');
  }

  /** The first thread that is free; those who wait are served in order. */
  private freeThread(signal: AbortSignal): Promise<MoonshineThread> {
    const free = this.threads.find((thread) => !this.taken.has(thread));
    if (free) {
      this.taken.add(free);
      return Promise.resolve(free);
    }
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        resolve: (thread) => {
          signal.removeEventListener('abort', leave);
          resolve(thread);
        },
        reject,
      };
      const leave = () => {
        this.waiting.splice(this.waiting.indexOf(waiting), 1);
        reject(abortReason(signal));
      };
      signal.addEventListener('abort', leave, { once: true });
      this.waiting.push(waiting);
    });
  }

  /** Hands a thread to who waits longest; one that died is replaced. */
  private async giveBack(thread: MoonshineThread): Promise<void> {
    let next = thread;
    if (!thread.isAlive && !this.isClosed) {
      next = await MoonshineThread.start(this.files);
      this.threads[this.threads.indexOf(thread)] = next;
      this.taken.delete(thread);
      this.taken.add(next);
    }
    const waiting = this.waiting.shift();
    if (waiting) waiting.resolve(next);
    else this.taken.delete(next);
  }
}

const abortReason = (signal: AbortSignal): Error =>
  signal.reason instanceof Error ? signal.reason : new Error('aborted', { cause: signal.reason });
