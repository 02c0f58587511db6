import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { tmpdir } from 'node:os';
import type { Readable } from 'node:stream';
import { MediaError } from '../media-error.js';
import { watchMemory } from './memory.js';
import type { Ffmpeg } from './find.js';

/** What a run of ffmpeg may cost. */
export interface FfmpegLimits {
  /** How long it may work without giving anything out while its reader waits; 30 s unless told. */
  readonly stallMs?: number;
  /** Memory in use; 1 GiB unless told. */
  readonly maxMemoryBytes?: number;
  /** Processor time of the whole run; an hour unless told. Needs prlimit. */
  readonly maxCpuSeconds?: number;
  readonly signal?: AbortSignal;
}

const STALL_MS = 30_000;
const MAX_MEMORY_BYTES = 2 ** 30;
const MAX_CPU_SECONDS = 3600;
/** The end of what a program says is kept: its last words are the reason. */
const KEPT_WORDS = 16_384;

/** A run of ffmpeg or ffprobe. */
export class FfmpegRun {
  private readonly child: ChildProcessByStdio<null, Readable, Readable>;
  private readonly ended: Promise<number | NodeJS.Signals>;
  private readonly stopWatching: () => void;
  private words = '';
  private reason: Error | undefined;

  /**
   * @param program ffmpeg's or ffprobe's place
   * @param path of the media file: it is not repeated in messages
   * @param onLine is given each line that the program says
   */
  constructor(
    { prlimit }: Ffmpeg,
    program: string,
    args: readonly string[],
    private readonly path: string,
    private readonly limits: FfmpegLimits,
    private readonly onLine: (line: string) => void = () => undefined,
  ) {
    limits.signal?.throwIfAborted();
    const maxMemory = limits.maxMemoryBytes ?? MAX_MEMORY_BYTES;
    const [command, ...rest] = prlimit ? limitedCommand(prlimit, maxMemory, limits, program) : [program];
    this.child = spawn(command!, [...rest, ...args], {
      // An empty environment: nothing of ours is in its memory. A folder in which it finds nothing of interest.
      env: { LC_ALL: 'C' },
      cwd: tmpdir(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.ended = new Promise((resolve) => {
      this.child.on('error', (cause) => {
        this.reason ??= new MediaError('no-ffmpeg', `${program} does not start: ${cause.message}`, { cause });
        resolve(-1);
      });
      this.child.on('close', (code, signal) => resolve(code ?? signal ?? -1));
    });
    this.stopWatching = watchMemory(this.child.pid, maxMemory, () => {
      this.stop(
        new MediaError('too-large', `Decoding took more than ${Math.round(maxMemory / 2 ** 20)} MiB of memory.`),
      );
    });
    limits.signal?.addEventListener('abort', this.onAbort, { once: true });
    this.listen();
    void this.ended.then(() => this.clear());
  }

  /** What it writes, as it comes; it waits where nobody reads. Ends with the program, in an error where that ended in one. */
  async *output(): AsyncGenerator<Buffer, void, undefined> {
    const reader = this.child.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    try {
      for (;;) {
        const piece = await this.inTime(reader.next());
        if (piece.done) break;
        yield piece.value;
      }
      await this.finished();
    } finally {
      this.stop();
      // What nobody reads any more would keep the stream open, and the program's end unknown.
      this.child.stdout.destroy();
      await this.ended;
    }
  }

  /** All that it writes. @throws MediaError('too-large') beyond `maxBytes` */
  async text(maxBytes: number): Promise<string> {
    const pieces: Buffer[] = [];
    let size = 0;
    for await (const piece of this.output()) {
      size += piece.length;
      if (size > maxBytes) throw new MediaError('too-large', 'The description of the file is too long.');
      pieces.push(piece);
    }
    return Buffer.concat(pieces).toString('utf8');
  }

  /** Kills it. @param reason what its reader is told */
  stop(reason?: Error): void {
    this.reason ??= reason;
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGKILL');
  }

  /** The lines that it said last, without the file's place and without addresses in its memory. */
  said(): string[] {
    return this.words
      .replaceAll(`file:${this.path}`, 'the file')
      .replaceAll(this.path, 'the file')
      .replaceAll(/ @ 0x[0-9a-f]+/g, '')
      .split('\n')
      .filter(Boolean);
  }

  private async finished(): Promise<void> {
    const code = await this.inTime(this.ended);
    if (this.reason) throw this.reason;
    if (code !== 0) throw this.failure(code);
  }

  private failure(code: number | NodeJS.Signals): MediaError {
    const lines = this.said();
    const all = lines.join('\n');
    const last = lines.at(-1)?.replace(/^\[[^\]]*\]\s*/, '') ?? `it ended with ${code}`;
    if (code === 'SIGXCPU') return new MediaError('timed-out', 'Decoding took too much processor time.');
    if (/Cannot allocate memory|exceeds the (?:maximum|limit)|picture size .* is invalid|max_pixels/i.test(all)) {
      return new MediaError('too-large', `Decoding takes more than is allowed: ${last}.`);
    }
    if (/decoder .*not found|unknown (?:decoder|codec)|not implemented|could not find codec/i.test(all)) {
      return new MediaError('unsupported', `ffmpeg cannot decode it: ${last}.`);
    }
    return new MediaError('corrupt', `ffmpeg cannot decode it: ${last}.`);
  }

  private async inTime<T>(promise: Promise<T>): Promise<T> {
    const stallMs = this.limits.stallMs ?? STALL_MS;
    const timer = setTimeout(() => {
      this.stop(new MediaError('timed-out', `ffmpeg gave nothing out for ${stallMs / 1000} s.`));
    }, stallMs);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  private listen(): void {
    let line = '';
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.words = (this.words + text).slice(-KEPT_WORDS);
      const lines = (line + text).split('\n');
      // A line without an end is no line.
      line = (lines.pop() ?? '').slice(-KEPT_WORDS);
      lines.forEach((whole) => this.onLine(whole));
    });
  }

  private readonly onAbort = () => {
    const reason: unknown = this.limits.signal?.reason;
    this.stop(reason instanceof Error ? reason : new Error('aborted'));
  };

  private clear(): void {
    this.stopWatching();
    this.limits.signal?.removeEventListener('abort', this.onAbort);
  }
}

/**
 * Memory by address space, which is larger than what is in use (libraries, stacks of threads); the watch is closer but
 * looks only now and then. No core file, no file written at all, few files open.
 */
function limitedCommand(
  prlimit: string,
  maxMemory: number,
  { maxCpuSeconds = MAX_CPU_SECONDS }: FfmpegLimits,
  program: string,
): string[] {
  const addressSpace = maxMemory * 2 + 2 ** 30;
  return [
    prlimit,
    `--as=${addressSpace}`,
    `--cpu=${maxCpuSeconds}`,
    '--core=0',
    '--fsize=0',
    '--nofile=64',
    '--',
    program,
  ];
}
