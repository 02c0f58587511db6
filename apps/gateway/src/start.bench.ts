import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { currentLoad, describeMachine, publish, type Row } from '@lantern/tools/bench';
import { startSuite } from './bench/measured-suite.js';

const rounds = 5;
const firstBarMs = 4_000;
const laterBarMs = 2_000;
const memoryBarMegabytes = 350;
/** What a start puts off (the certificate, the queue's scripts) is done by then. */
const settlesMs = 10_000;

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

/** Milliseconds until the suite says where it listens, and the memory of all its processes where it is asked for. */
async function start(dataDir: string, settle = false): Promise<{ ms: number; megabytes: number }> {
  const before = performance.now();
  const { server } = await startSuite(dataDir);
  const ms = performance.now() - before;
  try {
    if (settle) await new Promise((resolve) => setTimeout(resolve, settlesMs));
    return { ms, megabytes: settle ? server.memoryBytes / 1e6 : NaN };
  } finally {
    await server.stop();
  }
}

/** A figure that has to stay below its bar. */
const below = (work: string, ours: number, unit: string, bar: number): Row => ({
  work: `${work} (below the bar)`,
  ours,
  unit,
  bar,
  holds: ours < bar,
});

async function main(): Promise<boolean> {
  if (process.platform !== 'linux') {
    console.log('The start bench reads memory from /proc, which is Linux; skipped.');
    return true;
  }
  const load = currentLoad();
  const [first, later, memory]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < rounds; round++) {
    const folder = await mkdtemp(join(tmpdir(), 'lantern-bench-'));
    try {
      first.push((await start(join(folder, 'data'))).ms);
      const again = await start(join(folder, 'data'), true);
      later.push(again.ms);
      memory.push(again.megabytes);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  const rows = [
    below('the first start, on an empty data directory', median(first), 'ms', firstBarMs),
    below('a later start', median(later), 'ms', laterBarMs),
    below('memory of all processes of an idle suite', median(memory), 'MB', memoryBarMegabytes),
  ];
  const date = new Date().toISOString().slice(0, 10);
  return publish({ name: 'start', date, machine: describeMachine(), load, rows });
}

process.exitCode = (await main()) ? 0 : 1;
