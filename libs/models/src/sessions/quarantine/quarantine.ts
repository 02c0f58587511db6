import { fork, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ModelLoadError } from '../errors.js';
import type { LoadProblem, LoadRequest } from '../runtime/load-request.js';
import { childIsReady, type Trial, type TrialResult } from './quarantine-messages.js';
import { verdictKey, type Verdict, type Verdicts } from './verdicts.js';

export interface QuarantineOptions {
  /** How long a model may load and warm up. */
  readonly timeoutMs: number;
  /** How much memory the trying process may take. */
  readonly memoryBytes: number;
  readonly verdicts: Verdicts;
}

/** A process is replaced after this many trials: what native code forgets to free goes with it. */
const TRIALS_PER_PROCESS = 250;
/** Signals by which native code ends its process. */
const faults: ReadonlySet<string> = new Set(['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGILL', 'SIGTRAP']);
/** After these the process is gone, or must be. */
const endings: ReadonlySet<string> = new Set(['crash', 'timeout', 'memory', 'untried']);
/** A process that has nothing to try ends after this time. */
const IDLE_MS = 5_000;

/**
 * Tries models whose digest is not known yet in a process of their own: native code may crash on a hostile file, run forever
 * or fill the memory, and then only that process ends. One model is tried at a time, each of them once.
 */
export class Quarantine {
  private child: ChildProcess | undefined;
  private nTrials = 0;
  private childHasStarted = false;
  private nextTrial = 0;
  private last: Promise<unknown> = Promise.resolve();
  private readonly running = new Map<string, Promise<Verdict>>();
  private idleTimer: NodeJS.Timeout | undefined;
  private isClosed = false;

  constructor(private readonly options: QuarantineOptions) {}

  /** Models tried so far. */
  get nTried(): number {
    return this.nextTrial;
  }

  /** The trying process's number, while there is one. */
  get processId(): number | undefined {
    return this.child?.pid;
  }

  /** Resolves where the model loads and runs. @throws ModelLoadError with what it did */
  async prove(request: LoadRequest): Promise<void> {
    const key = verdictKey(request);
    const verdict = (await this.options.verdicts.get(key)) ?? (await this.tryOnce(key, request));
    if (!verdict.isSafe) throw new ModelLoadError(request.digest, verdict.reason, verdict.message);
  }

  /** Ends the process. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.endChild();
  }

  /** Opens of one model at the same time share its trial. */
  private tryOnce(key: string, request: LoadRequest): Promise<Verdict> {
    const running = this.running.get(key);
    if (running) return running;
    const trial = this.last.then(async () => {
      const verdict = await this.try(request);
      await this.options.verdicts.set(key, verdict);
      return verdict;
    });
    this.last = trial.catch(() => undefined);
    this.running.set(key, trial);
    return trial.finally(() => this.running.delete(key));
  }

  private async try(request: LoadRequest): Promise<Verdict> {
    if ('path' in request.source) return this.tryFile(request);
    // Large bytes through the channel would block the event loop; files are written elsewhere.
    const folder = await mkdtemp(join(tmpdir(), 'lantern-quarantine-'));
    try {
      const path = join(folder, 'model.onnx');
      await writeFile(path, request.source.bytes, { mode: 0o600 });
      return await this.tryFile({ ...request, source: { path } });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  private async tryFile(request: LoadRequest): Promise<Verdict> {
    clearTimeout(this.idleTimer);
    if (this.isClosed) return { isSafe: false, reason: 'untried', message: 'the sessions are closed' };
    if (this.nTrials >= TRIALS_PER_PROCESS) await this.endChild();
    const child = (this.child ??= this.startChild());
    child.ref();
    child.channel?.ref();
    this.nTrials += 1;
    const problem = await this.ask(child, { trial: this.nextTrial++, request });
    if (problem && endings.has(problem.reason)) await this.endChild();
    child.unref();
    child.channel?.unref();
    this.idleTimer = setTimeout(() => void this.endChild(), IDLE_MS).unref();
    return problem ? { isSafe: false, ...problem } : { isSafe: true };
  }

  private startChild(): ChildProcess {
    this.nTrials = 0;
    this.childHasStarted = false;
    return fork(fileURLToPath(new URL('./quarantine-child.js', import.meta.url)), [String(this.options.memoryBytes)], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: [],
      // A hostile model finds no secrets here.
      env: {},
    });
  }

  private ask(child: ChildProcess, trial: Trial): Promise<LoadProblem | undefined> {
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const finish = (problem: LoadProblem | undefined) => {
        clearTimeout(timer);
        child.off('message', receive).off('exit', ended).off('error', failed);
        resolve(problem);
      };
      const receive = (message: TrialResult | typeof childIsReady) => {
        if (message === childIsReady) startTimer();
        else if (message.trial === trial.trial) finish(message.problem);
      };
      const ended = (code: number | null, signal: NodeJS.Signals | null) => finish(this.problemOfEnd(code, signal));
      const failed = (cause: Error) => finish({ reason: 'untried', message: cause.message });
      const { timeoutMs } = this.options;
      const startTimer = () => {
        this.childHasStarted = true;
        const problem: LoadProblem = { reason: 'timeout', message: `it was not ready after ${timeoutMs} ms` };
        timer = setTimeout(() => finish(problem), timeoutMs);
      };
      if (this.childHasStarted) startTimer();
      child.on('message', receive).on('exit', ended).on('error', failed);
      child.send(trial, (cause) => {
        if (cause) failed(cause);
      });
    });
  }

  private problemOfEnd(code: number | null, signal: NodeJS.Signals | null): LoadProblem {
    const how = `it ended the process that tried it (${signal ?? `code ${code}`})`;
    if (signal && faults.has(signal)) return { reason: 'crash', message: how };
    // The system ends what takes too much memory in this way.
    if (signal === 'SIGKILL' && !this.isClosed) return { reason: 'memory', message: how };
    return { reason: 'untried', message: `the process that tried it ended (${signal ?? `code ${code}`})` };
  }

  private async endChild(): Promise<void> {
    clearTimeout(this.idleTimer);
    const { child } = this;
    this.child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }
}
