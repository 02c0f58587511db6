import { Worker } from 'node:worker_threads';
import type { Hypothesis, NGramModel } from '../speech-engine.js';
import type { FromThread, HearingRequest, MoonshineFiles, ToThread } from './messages.js';

interface Pending {
  readonly call: number;
  readonly resolve: (hypotheses: readonly Hypothesis[]) => void;
  readonly reject: (cause: Error) => void;
}

/** A thread with Moonshine in it, which hears one sound at a time. It keeps the process alive only while it owes an answer. */
export class MoonshineThread {
  private readonly worker: Worker;
  private pending: Pending | undefined;
  private nextCall = 0;
  private languageModel: string | undefined;
  private hasExited = false;
  private cause: Error | undefined;

  private constructor(files: MoonshineFiles) {
    this.worker = new Worker(new URL('./moonshine.worker.js', import.meta.url), { workerData: files });
    this.worker.on('error', (error: Error) => (this.cause = error));
    this.worker.on('exit', () => {
      this.hasExited = true;
      this.settle()?.reject(this.death());
    });
  }

  /** @throws Error with the reason why the network cannot be loaded */
  static async start(files: MoonshineFiles): Promise<MoonshineThread> {
    const thread = new MoonshineThread(files);
    await new Promise<void>((resolve, reject) => {
      thread.worker.on('message', (message: FromThread) => {
        if (message.kind === 'ready') resolve();
        else if (message.kind === 'failed') reject(new Error(`Moonshine cannot be loaded: ${message.message}`));
        else thread.receive(message);
      });
      thread.worker.once('exit', () => reject(thread.death()));
    });
    thread.worker.unref();
    return thread;
  }

  get isAlive(): boolean {
    return !this.hasExited;
  }

  get isBusy(): boolean {
    return this.pending !== undefined;
  }

  /** @param samples moved to the thread. @throws Error with the thread's words; the signal's reason */
  async hear(
    samples: Float32Array<ArrayBuffer>,
    request: Omit<HearingRequest, 'languageModel'>,
    languageModel: NGramModel | undefined,
    signal: AbortSignal,
  ): Promise<readonly Hypothesis[]> {
    if (this.pending) throw new Error('the thread hears one sound at a time');
    if (this.hasExited) throw this.death();
    this.remember(languageModel);
    const call = this.nextCall++;
    const cancel = () => this.send({ kind: 'cancel', call });
    signal.addEventListener('abort', cancel, { once: true });
    try {
      const heard = await new Promise<readonly Hypothesis[]>((resolve, reject) => {
        this.pending = { call, resolve, reject };
        this.worker.ref();
        const asked = { ...request, languageModel: languageModel?.digest };
        const message: ToThread = { kind: 'hear', call, samples, request: asked };
        this.worker.postMessage(message, [samples.buffer]);
      });
      signal.throwIfAborted();
      return heard;
    } catch (cause) {
      signal.throwIfAborted();
      throw cause;
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }

  /** Ends the thread after what is under way. It is asked, as native code must not return into a terminated thread. */
  async end(): Promise<void> {
    if (this.hasExited) return;
    const exited = new Promise((resolve) => this.worker.once('exit', resolve));
    this.worker.ref();
    this.send({ kind: 'end' });
    await exited;
  }

  private remember(model: NGramModel | undefined): void {
    if (!model || model.digest === this.languageModel) return;
    this.send({ kind: 'remember', model });
    this.languageModel = model.digest;
  }

  private send(message: ToThread): void {
    this.worker.postMessage(message);
  }

  private receive(message: Extract<FromThread, { call: number }>): void {
    if (this.pending?.call !== message.call) return;
    const pending = this.settle();
    if (message.kind === 'heard') pending?.resolve(message.hypotheses);
    else pending?.reject(new Error(message.message));
  }

  private settle(): Pending | undefined {
    const { pending } = this;
    this.pending = undefined;
    this.worker.unref();
    return pending;
  }

  private death(): Error {
    return new Error(`the thread that hears ended${this.cause ? `: ${this.cause.message}` : ''}`, {
      cause: this.cause,
    });
  }
}
