import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';

/** One figure. A bench's ratio is ours to the peer's, so that 1 is a draw; a plain figure has neither peer nor ratio. */
export interface Row {
  readonly work: string;
  readonly ours: number;
  readonly peer?: number;
  readonly unit: string;
  readonly ratio?: number;
  /** What the ratio, or else `ours`, has to reach. */
  readonly bar?: number;
  /** Whether it does; absent where there is no bar. */
  readonly holds?: boolean;
}

export interface Report {
  readonly name: string;
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly machine: string;
  /** The machine's load average over a minute, before the run: figures made beside other work say so. */
  readonly load: number;
  readonly rows: readonly Row[];
}

const folder = join(import.meta.dirname, '..', '..', '..', '..', 'results');

/** Processor, cores and memory, in words. */
export function describeMachine(): string {
  const all = cpus();
  let kernel = process.platform as string;
  try {
    kernel = execFileSync('uname', ['-sm'], { encoding: 'utf8' }).trim();
  } catch {
    // Windows has no uname; the platform's name will do.
  }
  const model = all[0]?.model.trim() || 'unknown processor';
  return `${model}, ${all.length} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${kernel}, Node ${process.versions.node}`;
}

/** The current load, to be taken before the work begins. */
export const currentLoad = (): number => loadavg()[0] ?? 0;

/** Prints a table, writes `results/<name>.json`, and tells whether every bar holds. */
export function publish(report: Report): boolean {
  const figure = (value: number | undefined) => (value === undefined ? '' : Number(value.toPrecision(4)).toString());
  console.log(`\n${report.name}, ${report.date}, ${report.machine}, load ${report.load.toFixed(1)}`);
  console.table(
    report.rows.map(({ work, ours, peer, unit, ratio, bar, holds }) => ({
      work,
      ours: figure(ours),
      peer: figure(peer),
      unit,
      ratio: figure(ratio),
      bar: figure(bar),
      holds: holds === undefined ? '' : holds ? 'yes' : 'NO',
    })),
  );
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${report.name}.json`), `${JSON.stringify(report, null, 2)}\n`);
  return report.rows.every(({ holds }) => holds !== false);
}
