import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { currentLoad, describeMachine, publish, type Row } from '@lantern/tools/bench';
import { MeasuredProcess } from './bench/measured-process.js';
import { startSuite } from './bench/measured-suite.js';
import { writeWrkScript } from './bench/signed-requests.js';

/** Ours has to reach this part of the bare route's rate, with signatures verified and the model run. */
const bar = 0.25;
const rounds = 5;
const seconds = 5;
const connections = 32;

interface Measured {
  readonly perSecond: number;
  readonly cpuMicroseconds: number;
}

/** One run of wrk against a server. @throws Error where an answer was not 2xx, or a socket failed */
async function measure(server: MeasuredProcess, url: string, script: string, duration: number): Promise<Measured> {
  const before = server.cpuSeconds;
  const { stdout } = await promisify(execFile)('wrk', [
    ...['-t', '1', '-c', String(connections), '-d', `${duration}s`, '-s', script],
    url,
  ]);
  const used = server.cpuSeconds - before;
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(`wrk saw errors:\n${stdout}`);
  const perSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
  const nRequests = Number(/(\d+) requests in/.exec(stdout)?.[1]);
  return { perSecond, cpuMicroseconds: (used / nRequests) * 1e6 };
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

async function startBare(): Promise<{ server: MeasuredProcess; url: string }> {
  const server = MeasuredProcess.start([join(import.meta.dirname, 'bench', 'bare-fastify.js')]);
  const [, port = ''] = await server.until(/^(\d+)\n/);
  return { server, url: `http://127.0.0.1:${port}` };
}

function rowsOf(ours: readonly Measured[], bare: readonly Measured[]): Row[] {
  const rate = (runs: readonly Measured[]) => median(runs.map(({ perSecond }) => perSecond));
  const cpu = (runs: readonly Measured[]) => median(runs.map(({ cpuMicroseconds }) => cpuMicroseconds));
  // Pairs ran next to each other, so that a change of the machine's load meets both.
  const ratio = median(ours.map(({ perSecond }, i) => perSecond / (bare[i]?.perSecond ?? NaN)));
  return [
    {
      work: 'DetectDominantLanguage, signature verified, against a bare Fastify route',
      ours: rate(ours),
      peer: rate(bare),
      unit: 'requests/s',
      ratio,
      bar,
      holds: ratio >= bar,
    },
    {
      work: 'CPU of the server, all threads',
      ours: cpu(ours),
      peer: cpu(bare),
      unit: 'µs/request',
      ratio: cpu(ours) / cpu(bare),
    },
  ];
}

async function main(): Promise<boolean> {
  if (process.platform !== 'linux' || spawnSync('wrk', ['-v']).error) {
    console.log('The gateway bench needs wrk and Linux (Debian: apt-get install wrk); skipped.');
    return true;
  }
  const load = currentLoad();
  const folder = await mkdtemp(join(tmpdir(), 'lantern-bench-'));
  const suite = await startSuite(join(folder, 'data'));
  const peer = await startBare();
  try {
    const script = join(folder, 'requests.lua');
    const ours: Measured[] = [];
    const bare: Measured[] = [];
    await writeWrkScript(script, new URL(suite.url).host, suite.keys);
    for (let round = -1; round < rounds; round++) {
      const a = await measure(peer.server, peer.url, script, seconds);
      const b = await measure(suite.server, suite.url, script, seconds);
      // The first pair warms both up.
      if (round >= 0) {
        bare.push(a);
        ours.push(b);
      }
    }
    const date = new Date().toISOString().slice(0, 10);
    return publish({ name: 'gateway', date, machine: describeMachine(), load, rows: rowsOf(ours, bare) });
  } finally {
    await Promise.all([suite.server.stop(), peer.server.stop()]);
    await rm(folder, { recursive: true, force: true });
  }
}

process.exitCode = (await main()) ? 0 : 1;
