import { performance } from 'node:perf_hooks';
import { compileTensorFlow, readWeights, toFloat16Storage, writeModel, type CompileReport } from '@lantern/core-ml';
import { CompiledModel } from './compare/compiled-model.js';
import { differenceOf, type Difference } from './compare/difference.js';
import { median, timesInTurn } from './compare/measure.js';
import { openReference } from './compare/open-reference.js';
import type { Reference } from './compare/reference.js';
import { sampleInputs, type Samples } from './compare/tensor-sample.js';
import type { CompileStage } from './progress.js';
import type { Comparison, CompileSourceReport, Latency } from './report.js';
import type { NetworkBytes } from './sources/read-network.js';

/** What is made, and what is done besides: comparing and measuring run the network on the thread that they are called on. */
export interface NetworkOptions {
  /**
   * How weights are kept in the file. Half precision halves it; the network computes in float32 all the same.
   * @default 'float32'
   */
  readonly weights?: 'float32' | 'float16';
  /** Compares with TensorFlow.js where it is installed: the outputs, or every inner tensor, too. @default 'nothing' */
  readonly compare?: 'nothing' | 'outputs' | 'layers';
  /** Measures how long one run takes, and in TensorFlow.js, too, where it is installed. @default false */
  readonly measure?: boolean;
  /** Lengths of the inputs' open axes by name, for both. */
  readonly lengths?: Readonly<Record<string, number>>;
}

export interface CompiledNetwork {
  readonly model: Uint8Array;
  readonly report: CompileSourceReport;
}

const sampleSeed = 20;
const measurement = { warmUpMs: 500, rounds: 50, budgetMs: 5_000 };

/**
 * Compiles a network whose files are read.
 * @throws SourceModelError, UnsupportedNetworkError (core-ml) where it cannot be
 */
export async function compileNetwork(
  network: NetworkBytes,
  options: NetworkOptions,
  onStage: (stage: CompileStage) => void,
): Promise<CompiledNetwork> {
  onStage('compile');
  const start = performance.now();
  const { model, report: compiled } = compileTensorFlow(artifactsOf(network));
  const bytes = writeModel(options.weights === 'float16' ? toFloat16Storage(model) : model);
  const compileMs = performance.now() - start;
  const report = { ...describe(network, compiled, bytes), compileMs };
  const examination = await examine(network, compiled, bytes, options, onStage);
  return { model: bytes, report: { ...report, ...examination } };
}

function artifactsOf({ description, groups, shards }: NetworkBytes) {
  const weights = readWeights(groups, (path) => shards.get(path)!);
  return { description: description.kind === 'weights' ? description.manifest : description.model, weights };
}

function describe(network: NetworkBytes, { format, model }: CompileReport, bytes: Uint8Array) {
  return {
    name: network.name,
    format,
    sourceFiles: network.files,
    sizeBytes: { before: network.sizeBytes, after: bytes.length },
    inputs: model.inputs,
    outputs: model.outputs,
    nParameters: model.nParameters,
    operators: Object.fromEntries(model.operators),
  };
}

async function examine(
  network: NetworkBytes,
  { format, model }: CompileReport,
  bytes: Uint8Array,
  { compare = 'nothing', measure = false, lengths = {} }: NetworkOptions,
  onStage: (stage: CompileStage) => void,
): Promise<{ comparison?: Comparison; latency?: Latency }> {
  if (compare === 'nothing' && !measure) return {};
  const { reference, reason } = await openReference(network, format);
  const samples = sampleInputs(model.inputs, { range: pixelRange(format), lengths, seed: sampleSeed });
  const compiled = await CompiledModel.open(bytes);
  try {
    const comparison = compare === 'nothing' ? undefined : await compareOutputs(compiled, reference, reason, samples, onStage);
    const layers = compare === 'layers' && reference ? await compareLayers(network, compiled.outputNames, reference, samples) : undefined;
    const latency = measure ? await measureLatency(compiled, reference, samples, onStage) : undefined;
    return {
      ...(comparison === undefined ? {} : { comparison: { ...comparison, ...(layers === undefined ? {} : { layers }) } }),
      ...(latency === undefined ? {} : { latency }),
    };
  } finally {
    reference?.close();
    await compiled.close();
  }
}

/** face-api's networks read pixels as they are; the others' samples lie between 0 and 1. */
const pixelRange = (format: CompileReport['format']) => (format === 'face-api' ? ([0, 255] as const) : ([0, 1] as const));

async function compareOutputs(
  compiled: CompiledModel,
  reference: Reference | undefined,
  reason: string | undefined,
  samples: Samples,
  onStage: (stage: CompileStage) => void,
): Promise<Comparison> {
  if (reference === undefined) return { reference: reason ?? 'there is no reference', outputs: [] };
  onStage('compare');
  const expected = await reference.run(samples);
  const actual = await compiled.run(samples);
  const outputs = compiled.outputNames.map((name, index) => differenceOf(name, expected[index]!, actual[index]!));
  return { reference: reference.name, outputs };
}

/** Compiles once more with every inner tensor as an output, and compares each with TensorFlow.js's of the same name. */
async function compareLayers(
  network: NetworkBytes,
  outputNames: readonly string[],
  reference: Reference,
  samples: Samples,
): Promise<Difference[]> {
  const { model } = compileTensorFlow(artifactsOf(network), { alsoOutput: 'all' });
  const whole = await CompiledModel.open(writeModel(model));
  try {
    const actual = await whole.run(samples);
    const expected = await reference.inner(samples, whole.outputNames);
    const differences = whole.outputNames.flatMap((name, index) => {
      const tensor = expected.get(name);
      return tensor === undefined ? [] : [differenceOf(name, tensor, actual[index]!)];
    });
    // The network's own outputs, which the compiler writes first, are computed last.
    const own = new Set(outputNames);
    return [...differences.filter(({ name }) => !own.has(name)), ...differences.filter(({ name }) => own.has(name))];
  } finally {
    await whole.close();
  }
}

async function measureLatency(
  compiled: CompiledModel,
  reference: Reference | undefined,
  samples: Samples,
  onStage: (stage: CompileStage) => void,
): Promise<Latency> {
  onStage('measure');
  const tasks = [() => compiled.run(samples), ...(reference === undefined ? [] : [() => reference.run(samples)])];
  const [after = [], before] = await timesInTurn(tasks, measurement);
  const beforeMs = before === undefined ? {} : { beforeMs: median(before) };
  return { afterMs: median(after), rounds: after.length, ...beforeMs };
}
