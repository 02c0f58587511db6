import { currentLoad, describeMachine, publish, type Row } from '@lantern/tools/bench';
import { CompiledModel } from './compare/compiled-model.js';
import { differenceOf } from './compare/difference.js';
import { median, timesInTurn } from './compare/measure.js';
import { openReference } from './compare/open-reference.js';
import { sampleInputs } from './compare/tensor-sample.js';
import { compileNetwork } from './compile-network.js';
import { findNetworks } from './sources/find-networks.js';
import { readNetwork, type NetworkBytes } from './sources/read-network.js';

/** TensorFlow.js has to take this many times as long. */
const leastGain = 3;
/** What outputs may differ by, those that exceed one relative to their largest. */
const mostDifference = 1e-3;
const measurement = { warmUpMs: 800, rounds: 100, budgetMs: 4_000 };
const seed = 20;
/** face-api's default for the one network that leaves its size open. */
const lengths = { height: 416, width: 416 };

/** Packages whose networks the suite compiles, without those that it cannot. */
const packages: readonly (readonly [name: string, without: readonly string[]])[] = [
  // handtrack's graph loops while it runs.
  ['@vladmandic/human', ['handtrack']],
  ['@vladmandic/face-api', []],
  ['nsfwjs', []],
];

/**
 * The compiled network in onnxruntime-node beside the source in TensorFlow.js's WASM backend (SIMD), one thread each, in
 * turn; `ratio` is how many times as fast the compiled one is.
 */
async function measure(packageName: string, network: NetworkBytes): Promise<Row[]> {
  const { model, report } = await compileNetwork(network, {}, () => {});
  const { reference, reason } = await openReference(network, report.format);
  if (reference === undefined) throw new Error(reason);
  const range = report.format === 'face-api' ? ([0, 255] as const) : ([0, 1] as const);
  const samples = sampleInputs(report.inputs, { range, lengths, seed });
  const compiled = await CompiledModel.open(model);
  try {
    const [expected, actual] = [await reference.run(samples), await compiled.run(samples)];
    const differences = compiled.outputNames.map((name, i) => differenceOf(name, expected[i]!, actual[i]!));
    const tasks = [() => compiled.run(samples), () => reference.run(samples)];
    const [ours = [], peer = []] = await timesInTurn(tasks, measurement);
    // Pairs of runs lie next to each other, so that a change of the machine's load meets both.
    const ratio = median(ours.map((ms, round) => peer[round]! / ms));
    const work = `${packageName} ${network.name}`;
    const largest = Math.max(...differences.map((difference) => difference.largest / Math.max(1, difference.magnitude)));
    return [
      {
        ...{ work: `${work}: one run`, unit: 'ms' },
        ...{ ours: median(ours), peer: median(peer), ratio, bar: leastGain, holds: ratio >= leastGain },
      },
      {
        ...{ work: `${work}: largest difference`, unit: 'of 1' },
        ...{ ours: largest, bar: mostDifference, holds: largest <= mostDifference },
      },
    ];
  } finally {
    reference.close();
    await compiled.close();
  }
}

async function main(): Promise<boolean> {
  const load = currentLoad();
  const rows: Row[] = [];
  for (const [name, without] of packages) {
    const networks = (await findNetworks(name)).filter((network) => !without.includes(network.name));
    for (const network of networks) rows.push(...(await measure(name, await readNetwork(network))));
  }
  const date = new Date().toISOString().slice(0, 10);
  return publish({ name: 'compile', date, machine: describeMachine(), load, rows });
}

process.exitCode = (await main()) ? 0 : 1;
