import { Worker } from 'node:worker_threads';
import { LoadFailed } from './load-failed.js';
import type { WorkerAnswer, WorkerCall, WorkerCalls } from './worker-messages.js';

interface Pending {
  readonly resolve: (answer: WorkerCalls[keyof WorkerCalls]['answer']) => void;
  readonly reject: (cause: Error) => void;
}

/** A worker thread that ended while it was needed. */
export class ThreadDiedError extends Error {
  constructor(cause: Error | undefined) {
    super(`the worker thread died${cause ? `: ${cause.message}` : ''}`, { cause });
    this.name = 'ThreadDiedError';
  }
}

/** A worker thread that holds models. It keeps the process alive only while it owes an answer. */
export class SessionThread {
  private readonly worker = new Worker(new URL('./session-worker.js', import.meta.url));
  private readonly pending = new Map<number, Pending>();
  private nextCall = 0;
  private cause: Error | undefined;
  private isEnding = false;
  private ended = false;

  /** @param onDeath told once when the thread ended without being asked to */
  constructor(onDeath: (thread: SessionThread) => void) {
    this.worker.on('message', (answer: WorkerAnswer) => this.receive(answer));
    this.worker.on('error', (error: Error) => (this.cause = error));
    this.worker.on('exit', () => {
      const wasAsked = this.isEnding;
      this.ended = true;
      for (const { reject } of this.pending.values()) reject(new ThreadDiedError(this.cause));
      this.pending.clear();
      if (!wasAsked) onDeath(this);
    });
    this.worker.unref();
  }

  /** Whether a call is under way. */
  get isBusy(): boolean {
    return this.pending.size > 0;
  }

  /**
   * Asks the thread for something; calls are served in order.
   * @param transfer memory that moves along
   * @throws LoadFailed where a model does not load; ThreadDiedError; Error with the worker's words
   */
  call<K extends keyof WorkerCalls>(
    kind: K,
    asked: WorkerCalls[K]['asked'],
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<WorkerCalls[K]['answer']> {
    if (this.ended) return Promise.reject(new ThreadDiedError(this.cause));
    return new Promise((resolve, reject) => {
      const call = this.nextCall++;
      // The kind and what is asked belong together, which the compiler does not see for a generic K.
      const message = { call, kind, ...asked } as WorkerCall;
      this.worker.postMessage(message, transfer);
      this.pending.set(call, { resolve: resolve, reject });
      this.worker.ref();
    });
  }

  /**
   * Ends the thread after the calls under way. It is asked, not terminated: native code that returns into a terminated thread
   * takes the process with it.
   */
  async end(): Promise<void> {
    if (this.ended) return;
    const exited = new Promise((resolve) => this.worker.once('exit', resolve));
    this.isEnding = true;
    await this.call('end', {}).catch(() => undefined);
    // A thread that could not answer has exited.
    await exited;
  }

  private receive(answer: WorkerAnswer): void {
    const pending = this.pending.get(answer.call);
    this.pending.delete(answer.call);
    // Whoever ends the thread waits for its exit.
    if (this.pending.size === 0 && !this.isEnding) this.worker.unref();
    if ('problem' in answer) pending?.reject(new LoadFailed(answer.problem.reason, answer.problem.message));
    else if ('error' in answer) pending?.reject(new Error(answer.error));
    else pending?.resolve(answer.answer);
  }
}
