import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Linux counts CPU time in hundredths of a second, on every architecture that Node runs on. */
const ticksPerSecond = 100;

/** A server in a process of its own whose CPU time can be read. */
export class MeasuredProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly text: () => string,
  ) {}

  static start(args: readonly string[], env: Record<string, string> = {}): MeasuredProcess {
    const child = spawn(process.execPath, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    return new MeasuredProcess(child, () => text);
  }

  /** What its output has printed once it matches. @throws Error where it ends before */
  async until(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.text());
      if (match) return match;
      if (this.child.exitCode !== null) throw new Error(`the server ended with ${this.child.exitCode}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** CPU seconds of all its threads so far. */
  get cpuSeconds(): number {
    const stat = readFileSync(`/proc/${this.child.pid}/stat`, 'utf8');
    // The name in parentheses may have spaces; utime and stime are the 14th and 15th fields.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  }

  /** Bytes of memory of the process and all that it started, pages that several share counted once (PSS). */
  get memoryBytes(): number {
    return [this.child.pid, ...descendantsOf(this.child.pid)].reduce<number>(
      (sum, pid) => sum + sharedOutBytes(pid),
      0,
    );
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    this.child.kill('SIGTERM');
    await once(this.child, 'exit');
  }
}

function descendantsOf(pid: number | undefined): number[] {
  const listed = (path: string) => readFromProcess(path)?.split(' ').filter(Boolean).map(Number) ?? [];
  const threads = readdirSync(`/proc/${pid}/task`);
  const children = threads.flatMap((thread) => listed(`/proc/${pid}/task/${thread}/children`));
  return children.flatMap((child) => (existsSync(`/proc/${child}`) ? [child, ...descendantsOf(child)] : []));
}

function sharedOutBytes(pid: number | undefined): number {
  const [, kibibytes = '0'] = /^Pss:\s+(\d+) kB/m.exec(readFromProcess(`/proc/${pid}/smaps_rollup`) ?? '') ?? [];
  return Number(kibibytes) * 1024;
}

/** PostgreSQL's helpers come and go: one that has left has no memory. */
function readFromProcess(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
