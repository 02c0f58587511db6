import { createHash } from 'node:crypto';
import { Rng } from '@lantern/core-ml';
import { currentLoad, describeMachine, publish, type Row } from '@lantern/tools/bench';
import { closedLoop, median, openLoop, quantile, type LoadResult } from './bench/load.js';
import { mobileNetV2 } from './bench/mobilenet-v2.js';
import type { ModelSession } from './model-session.js';
import { ModelSessions, type OpenOptions } from './model-sessions.js';
import { tensor } from './tensors/tensor.js';

/**
 * A network of MobileNetV2's size in two workers of one thread each. `npm run bench -- sessions`.
 *
 * Throughput is measured where batches matter: 32 callers, who ask again as soon as they are answered, for pictures of the
 * size that the network was made for and for crops of faces and things. Latency is measured where a delay of nothing matters:
 * requests that come at random, at half of the rate that two unbatched sessions can answer. (With 32 callers on two workers
 * each waits for fifteen others, batched or not: three single latencies are out of reach for any order of work.)
 */
const width = 1;
const sidesPx = [224, 128];
const nCallers = 32;
const nWorkers = 2;
const maxSize = 4;
const rounds = 5;
const secondsPerRound = 2;
const latencySeconds = 15;
/** Part of the unbatched throughput at which requests come. */
const utilisation = 0.5;
const bars = { throughput: 1.2, p99: 3, stallMs: 20 };

/** One picture, in shared memory: it is read where it lies, by all that ask. */
function askWith(session: ModelSession, sidePx: number): () => Promise<unknown> {
  const nPixels = 3 * sidePx * sidePx;
  const picture = new Float32Array(new SharedArrayBuffer(4 * nPixels)).fill(0.5);
  return () => session.run({ x: tensor('float32', picture, [1, 3, sidePx, sidePx]) });
}

interface Measured {
  readonly sidePx: number;
  readonly batched: readonly LoadResult[];
  readonly alone: readonly LoadResult[];
  /** Of one caller alone. */
  readonly single: LoadResult;
  readonly arriving: LoadResult;
  /** Requests that came. */
  readonly arrivingPerSecond: number;
}

async function measure(sidePx: number): Promise<Measured> {
  const bytes = mobileNetV2(width, sidePx);
  const model = { bytes, digest: createHash('sha256').update(bytes).digest('hex') };
  const sessions = new ModelSessions({ workers: nWorkers });
  try {
    const shared: OpenOptions = { isTrusted: true, readyReplicas: nWorkers };
    const batching = { dimension: 'batch', maxSize, maxDelayMs: 0 };
    const askAlone = askWith(await sessions.open(model, shared), sidePx);
    const askBatched = askWith(await sessions.open(model, { ...shared, batching }), sidePx);
    const [alone, batched]: [LoadResult[], LoadResult[]] = [[], []];
    for (let round = -1; round < rounds; round++) {
      const a = await closedLoop(nCallers, secondsPerRound, askAlone);
      const b = await closedLoop(nCallers, secondsPerRound, askBatched);
      // The first pair warms both up.
      if (round < 0) continue;
      alone.push(a);
      batched.push(b);
    }
    const single = await closedLoop(1, secondsPerRound, askBatched);
    const arrivingPerSecond = utilisation * median(alone.map(({ perSecond }) => perSecond));
    const arriving = await openLoop(arrivingPerSecond, latencySeconds, new Rng(1), askBatched);
    return { sidePx, batched, alone, single, arriving, arrivingPerSecond };
  } finally {
    await sessions.close();
  }
}

function rowsOf({ sidePx, batched, alone, single, arriving, arrivingPerSecond }: Measured): Row[] {
  const rate = (results: readonly LoadResult[]) => median(results.map(({ perSecond }) => perSecond));
  // Pairs ran next to each other, so that a change of the machine's load meets both.
  const ratio = median(batched.map(({ perSecond }, i) => perSecond / (alone[i]?.perSecond ?? NaN)));
  const p99Ms = quantile(arriving.latenciesMs, 0.99);
  const singleMs = median(single.latenciesMs);
  const stallMs = Math.max(...[...batched, arriving].map((result) => result.stallMs));
  const network = `MobileNetV2 ${width.toFixed(1)} at ${sidePx}`;
  return [
    {
      work: `${network}, ${nCallers} callers: batches of up to ${maxSize} against two unbatched sessions`,
      ours: rate(batched),
      peer: rate(alone),
      unit: 'requests/s',
      ratio,
      bar: bars.throughput,
      holds: ratio >= bars.throughput,
    },
    {
      work: `${network}, ${arrivingPerSecond.toFixed(0)}/s at random, maxDelayMs 0: p99 against the median of one caller alone (below the bar)`,
      ours: p99Ms,
      peer: singleMs,
      unit: 'ms',
      ratio: p99Ms / singleMs,
      bar: bars.p99,
      holds: p99Ms < bars.p99 * singleMs,
    },
    {
      work: `${network}: longest stall of the event loop meanwhile (below the bar)`,
      ours: stallMs,
      unit: 'ms',
      bar: bars.stallMs,
      holds: stallMs < bars.stallMs,
    },
  ];
}

async function main(): Promise<boolean> {
  const load = currentLoad();
  const rows: Row[] = [];
  for (const sidePx of sidesPx) rows.push(...rowsOf(await measure(sidePx)));
  const date = new Date().toISOString().slice(0, 10);
  return publish({ name: 'sessions', date, machine: describeMachine(), load, rows });
}

process.exitCode = (await main()) ? 0 : 1;
