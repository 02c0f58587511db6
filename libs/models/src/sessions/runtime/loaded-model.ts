import { writeModel } from '@lantern/core-ml';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { batchAxesOf, type BatchAxes } from '../batch-axes.js';
import type { ModelSignature } from '../signature.js';
import { joinTensors, splitTensor } from '../tensors/join.js';
import type { NamedTensors, Tensor } from '../tensors/tensor.js';
import { LoadFailed } from './load-failed.js';
import type { LoadReport, LoadRequest } from './load-request.js';
import { fromRuntime, toRuntime } from './runtime-tensors.js';
import { readSignature } from './read-signature.js';
import { verifiedBytes } from './verified-bytes.js';
import { warmUpFeeds } from './warm-up.js';

/** The answer to one request of a batch. */
export type Outcome = { readonly outputs: NamedTensors } | { readonly error: string };

/**
 * A model in the runtime. Its runs block the thread: it lives in worker threads. (The runtime can end a run before its time,
 * but the binding for Node does not offer that.)
 */
export class LoadedModel {
  /** Memory for joined feeds by input: batches come one after the other, and new memory is slower than used memory. */
  private readonly scratch = new Map<string, ArrayBuffer>();

  private constructor(
    private readonly session: InferenceSession,
    readonly signature: ModelSignature,
    private readonly axes: BatchAxes | undefined,
  ) {}

  /**
   * Reads, verifies, loads and warms up a model.
   * @throws LoadFailed with the reason
   */
  static async load(request: LoadRequest): Promise<{ model: LoadedModel; report: LoadReport }> {
    const startedAt = performance.now();
    const residentBefore = process.memoryUsage.rss();
    const bytes = await verifiedBytes(request.source, request.digest);
    const session = await createSession(request, bytes);
    try {
      const signature = readSignature(session, bytes);
      const axes = request.batching && resolveAxes(signature, request.batching.dimension);
      const model = new LoadedModel(session, signature, axes);
      const warmUpProblem = await model.warmUp(request);
      const residentBytes = Math.max(0, process.memoryUsage.rss() - residentBefore);
      const loadMs = performance.now() - startedAt;
      return { model, report: { signature, fileBytes: bytes.byteLength, residentBytes, loadMs, warmUpProblem } };
    } catch (cause) {
      await session.release();
      throw cause;
    }
  }

  /**
   * Runs requests as one batch; where the batch fails, each of them alone, so that one does not fail its neighbours.
   * @param fetch names of the outputs
   */
  async runBatch(requests: readonly NamedTensors[], fetch: readonly string[]): Promise<Outcome[]> {
    if (requests.length > 1) {
      try {
        return (await this.runJoined(requests, fetch)).map((outputs) => ({ outputs }));
      } catch {
        // The runs below say whose fault it was.
      }
    }
    const outcomes: Outcome[] = [];
    for (const request of requests) outcomes.push(await this.run(request, fetch).then(succeeded, failed));
    return outcomes;
  }

  /** Gives its memory back. */
  async release(): Promise<void> {
    this.scratch.clear();
    await this.session.release();
  }

  private async run(feeds: NamedTensors, fetch: readonly string[]): Promise<NamedTensors> {
    const given: Record<string, OrtTensor> = {};
    for (const [name, feed] of Object.entries(feeds))
      given[name] = toRuntime(feed, (nBytes) => this.lend(name, nBytes));
    const results = await this.session.run(given, [...fetch]);
    const outputs: Record<string, Tensor> = {};
    for (const name of fetch) outputs[name] = fromRuntime(name, results[name]);
    return outputs;
  }

  private async runJoined(requests: readonly NamedTensors[], fetch: readonly string[]): Promise<NamedTensors[]> {
    const { axes } = this;
    const [first] = requests;
    if (!axes || !first) throw new RangeError('the model is not batched');
    const feeds: Record<string, Tensor> = {};
    let rows: number[] = [];
    for (const [name, feed] of Object.entries(first)) {
      const axis = axes.inputs.get(name);
      if (axis === undefined) {
        feeds[name] = feed;
        continue;
      }
      const parts = requests.map((request) => request[name]!);
      rows = parts.map(({ dims }) => dims[axis]!);
      feeds[name] = joinTensors(parts, axis, (nBytes) => this.lend(name, nBytes));
    }
    const whole = await this.run(feeds, fetch);
    const total = rows.reduce((sum, count) => sum + count, 0);
    const answers = requests.map((): Record<string, Tensor> => ({}));
    for (const name of fetch) {
      const axis = axes.outputs.get(name)!;
      const output = whole[name]!;
      if (output.dims[axis] !== total) throw new RangeError(`${name} does not have a row for each of the batch`);
      splitTensor(output, axis, rows).forEach((piece, i) => (answers[i]![name] = piece));
    }
    return answers;
  }

  private lend(name: string, nBytes: number): ArrayBuffer {
    let memory = this.scratch.get(name);
    if (!memory || memory.byteLength < nBytes) this.scratch.set(name, (memory = new ArrayBuffer(nBytes)));
    return memory;
  }

  /** @returns the runtime's words where the guessed feeds do not suit the model; @throws LoadFailed for the caller's own feeds */
  private async warmUp({ warmUp, batching }: LoadRequest): Promise<string | undefined> {
    const fetch = this.signature.outputs.map(({ name }) => name);
    // The largest batch is run too: the runtime keeps the memory of it, which belongs into the measured size.
    const sizes = batching && !warmUp.feeds ? [1, batching.maxSize] : [1];
    try {
      for (const rows of sizes) {
        const { inputs } = this.signature;
        await this.run(warmUp.feeds ?? warmUpFeeds(inputs, warmUp.dims ?? {}, this.axes, rows), fetch);
      }
      return undefined;
    } catch (cause) {
      const message = messageOf(cause);
      if (warmUp.feeds || warmUp.dims) throw new LoadFailed('warm-up', message);
      return message;
    }
  }
}

/** Starts the runtime, so that the memory that it takes for itself does not count as the first model's. */
export async function startRuntime(): Promise<void> {
  const session = await InferenceSession.create(smallestModel(), { intraOpNumThreads: 1 });
  await session.release();
}

function smallestModel(): Uint8Array {
  const scalar = { elementType: 'float32', shape: [] } as const;
  const nodes = [{ name: '', op: 'Identity', domain: '', inputs: ['x'], outputs: ['y'], attributes: new Map() }];
  const values = { inputs: [{ name: 'x', ...scalar }], outputs: [{ name: 'y', ...scalar }], values: new Map() };
  const graph = { name: 'smallest', nodes, initialisers: new Map(), ...values };
  const opsets = new Map([['', 17]]);
  return writeModel({ irVersion: 8, opsets, producerName: '', producerVersion: '', metadata: new Map(), graph });
}

const succeeded = (outputs: NamedTensors): Outcome => ({ outputs });
const failed = (cause: unknown): Outcome => ({ error: messageOf(cause) });
const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause)).slice(0, 1_000);

function resolveAxes(signature: ModelSignature, dimension: string | Readonly<Record<string, number>>): BatchAxes {
  try {
    return batchAxesOf(signature, dimension);
  } catch (cause) {
    throw new LoadFailed('batching', messageOf(cause));
  }
}

async function createSession({ source, options }: LoadRequest, bytes: Uint8Array): Promise<InferenceSession> {
  const settings: InferenceSession.SessionOptions = {
    intraOpNumThreads: options.threads ?? 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: options.optimisation ?? 'all',
    // Errors are thrown; printed as well they would only tear the log.
    logSeverityLevel: 4,
    // Threads that wait without sleeping take the processor from other workers.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  };
  try {
    // From its path a model finds the external data beside it.
    return await ('path' in source
      ? InferenceSession.create(source.path, settings)
      : InferenceSession.create(bytes, settings));
  } catch (cause) {
    // The path is the machine's business, and for bytes it is a temporary file's.
    throw new LoadFailed('rejected', messageOf(cause).replace(/^Load model from .*? failed: ?/, ''));
  }
}
