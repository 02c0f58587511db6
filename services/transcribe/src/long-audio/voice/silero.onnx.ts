import { Worker } from 'node:worker_threads';
import { contextSamples, stateValues } from './silero-messages.js';
import type { SileroAnswer, SileroMemory, SileroRequest } from './silero-messages.js';
import { frameSamples, VoiceDetector, type VoiceTrack } from './voice-detector.js';

interface Scored {
  readonly probabilities: Float32Array;
  readonly memory: SileroMemory;
}

interface Waiting {
  readonly resolve: (scored: Scored) => void;
  readonly reject: (cause: Error) => void;
}

/**
 * Silero's voice activity detector, versions 5 and 6 (https://github.com/snakers4/silero-vad, MIT), in a thread of its own.
 * What a sound leaves in the network travels with its requests, so that one network serves every sound.
 */
export class SileroVoiceDetector extends VoiceDetector {
  private readonly waiting = new Map<number, Waiting>();
  private nextId = 0;
  private broken: Error | undefined;

  private constructor(private readonly worker: Worker) {
    super();
    worker.on('message', this.receive);
    worker.on('error', (cause: Error) => this.break(cause));
    worker.on('exit', () => this.break(new Error('the voice detector has ended')));
  }

  /**
   * Loads the network.
   * @param path the ONNX file
   * @throws Error where it cannot be loaded
   */
  static async open(path: string): Promise<SileroVoiceDetector> {
    const worker = new Worker(new URL('./silero.worker.js', import.meta.url), { workerData: path });
    await new Promise<void>((resolve, reject) => {
      worker.once('message', () => resolve());
      worker.once('error', reject);
    });
    // Who waits for an answer keeps the process alive, the thread alone does not.
    worker.unref();
    return new SileroVoiceDetector(worker);
  }

  override start(): VoiceTrack {
    let memory: SileroMemory = { state: new Float32Array(stateValues), context: new Float32Array(contextSamples) };
    // Calls that overlap are taken one after the other: each needs what the one before left.
    let last: Promise<unknown> = Promise.resolve();
    const score = async (samples: Float32Array): Promise<Float32Array> => {
      const scored = await this.ask(samples, memory);
      memory = scored.memory;
      return scored.probabilities;
    };
    return {
      score: (samples) => {
        const next = last.then(() => score(samples));
        last = next.catch(() => undefined);
        return next;
      },
    };
  }

  override async close(): Promise<void> {
    this.break(new Error('the voice detector is closed'));
    await this.worker.terminate();
  }

  private ask(samples: Float32Array, memory: SileroMemory): Promise<Scored> {
    if (samples.length % frameSamples !== 0) throw new RangeError(`${samples.length} samples are no whole frames`);
    if (this.broken) throw this.broken;
    const request: SileroRequest = { id: this.nextId++, samples, memory };
    const answer = this.answerTo(request.id);
    this.worker.postMessage(request);
    return answer;
  }

  private answerTo(id: number): Promise<Scored> {
    this.worker.ref();
    return new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }));
  }

  private readonly receive = (answer: SileroAnswer): void => {
    if (answer.type === 'loaded') return;
    const waiting = this.waiting.get(answer.id);
    this.waiting.delete(answer.id);
    if (this.waiting.size === 0) this.worker.unref();
    if (answer.type === 'scored') waiting?.resolve(answer);
    else waiting?.reject(new Error(`the voice detector failed: ${answer.message}`));
  };

  private break(cause: Error): void {
    this.broken ??= cause;
    for (const { reject } of this.waiting.values()) reject(this.broken);
    this.waiting.clear();
  }
}
