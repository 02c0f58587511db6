import { shownBytes, type PullPhase, type PullProgress } from '@lantern/models';

/** Where progress is written: a terminal or anything else. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const BAR_WIDTH = 24;
/** How often a terminal's line is drawn, and how often another output gets one. */
const REDRAW_MS = 100;
const LINE_MS = 5_000;
/** The rate is that of the last seconds: a mean of all would not show that a line became slow. */
const RATE_WINDOW_MS = 5_000;

const words: Readonly<Record<PullPhase, string>> = {
  waiting: 'another process is pulling',
  downloading: 'downloading',
  copying: 'copying',
  unpacking: 'unpacking',
  compiling: 'compiling',
};

/** Shows the progress of pulls: on a terminal as a bar that is drawn again, elsewhere as a line now and then. */
export class ProgressWriter {
  private shown: { readonly label: string; readonly phase: PullPhase; readonly atMs: number } | undefined;
  private last: PullProgress | undefined;
  private samples: { readonly atMs: number; readonly doneBytes: number }[] = [];
  private lineLength = 0;

  /** @param nowMs a clock that does not go back */
  constructor(
    private readonly output: ProgressOutput,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  readonly show = (progress: PullProgress): void => {
    if (progress.message) this.say(`${progress.label}: ${progress.message}`);
    if (progress.label !== this.last?.label || progress.phase !== this.last.phase) this.begin();
    this.last = progress;
    const atMs = this.nowMs();
    this.samples.push({ atMs, doneBytes: progress.doneBytes });
    while (this.samples.length > 2 && atMs - this.samples[0]!.atMs > RATE_WINDOW_MS) this.samples.shift();
    const isNew = this.shown?.label !== progress.label || this.shown.phase !== progress.phase;
    const sinceMs = atMs - (this.shown?.atMs ?? 0);
    if (!isNew && sinceMs < (this.output.isTTY ? REDRAW_MS : LINE_MS)) return;
    this.draw(progress, atMs);
  };

  /** Ends the line of a terminal, with the last state in it. */
  end(): void {
    if (this.output.isTTY && this.last && this.lineLength > 0) {
      this.draw(this.last, this.nowMs());
      this.output.write('\n');
    }
    this.lineLength = 0;
    this.shown = undefined;
    this.last = undefined;
    this.samples = [];
  }

  /** A line of its own, above the bar. */
  private say(text: string): void {
    this.output.write(this.output.isTTY ? `\r${text.padEnd(this.lineLength)}\n` : `${text}\n`);
    this.lineLength = 0;
  }

  private begin(): void {
    this.end();
  }

  private draw(progress: PullProgress, atMs: number): void {
    this.shown = { label: progress.label, phase: progress.phase, atMs };
    const line = progressLine(progress, this.rate(), this.output.isTTY === true);
    if (!this.output.isTTY) {
      this.output.write(`${line}\n`);
      return;
    }
    const cut = line.slice(0, (this.output.columns ?? 100) - 1);
    this.output.write(`\r${cut.padEnd(this.lineLength)}`);
    this.lineLength = cut.length;
  }

  /** Bytes a second; undefined until two looks were far enough apart. */
  private rate(): number | undefined {
    const [first, last] = [this.samples[0], this.samples.at(-1)];
    if (!first || !last || last.atMs - first.atMs < 200) return undefined;
    return ((last.doneBytes - first.doneBytes) / (last.atMs - first.atMs)) * 1000;
  }
}

/** One line: what, how much of it, how fast, and how long it will take. */
export function progressLine(
  { phase, label, doneBytes, totalBytes }: PullProgress,
  bytesPerSecond: number | undefined,
  hasBar: boolean,
): string {
  if (phase === 'compiling') return `compiling ${label} ...`;
  if (totalBytes === undefined) {
    const amount = doneBytes > 0 ? ` ${shownBytes(doneBytes)}` : '';
    return `${words[phase]} ${label}${amount}${rateText(bytesPerSecond)}`;
  }
  const share = totalBytes === 0 ? 1 : Math.min(1, doneBytes / totalBytes);
  const filled = Math.round(share * BAR_WIDTH);
  const bar = hasBar ? ` [${'='.repeat(filled)}${' '.repeat(BAR_WIDTH - filled)}]` : '';
  const percent = `${Math.floor(share * 100)}%`.padStart(4);
  const left = bytesPerSecond && share < 1 ? ` ${durationText((totalBytes - doneBytes) / bytesPerSecond)} left` : '';
  const amount = `${shownBytes(doneBytes)} of ${shownBytes(totalBytes)}`;
  return `${words[phase]} ${label}${bar} ${percent} ${amount}${rateText(bytesPerSecond)}${left}`;
}

const rateText = (bytesPerSecond: number | undefined) =>
  bytesPerSecond ? `, ${shownBytes(Math.round(bytesPerSecond))}/s` : '';

function durationText(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole >= 3600) return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
