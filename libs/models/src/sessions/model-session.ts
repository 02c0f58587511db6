import { batchPlaceOf } from './batch-axes.js';
import { checkFeeds, checkFetch } from './check-feeds.js';
import { ModelBusyError, SessionClosedError } from './errors.js';
import type { Dispatcher } from './schedule/dispatcher.js';
import type { ModelEntry } from './schedule/model-entry.js';
import type { Request } from './schedule/request-queue.js';
import type { ModelSignature, ValueDescription } from './signature.js';
import { takeTensors } from './tensors/take.js';
import type { NamedTensors } from './tensors/tensor.js';

export interface RunOptions {
  /** Leaves the queue at once; a run under way is not waited for any longer (the binding cannot end it). */
  readonly signal?: AbortSignal;
  /** Names of the outputs that are wanted. @default all */
  readonly fetch?: readonly string[];
  /** Copies the feeds, so that the caller keeps its arrays; otherwise they are moved to a worker and empty afterwards. */
  readonly keepFeeds?: boolean;
}

/** An open model: one handle of perhaps several. */
export class ModelSession {
  private isClosed = false;
  private readonly signature: ModelSignature;
  private readonly allOutputs: readonly string[];

  /** @internal `ModelSessions.open` makes sessions. */
  constructor(
    private readonly entry: ModelEntry,
    private readonly dispatcher: Dispatcher,
    private readonly onClose: () => Promise<void>,
  ) {
    const { report } = entry;
    if (!report) throw new Error('the model was never loaded');
    this.signature = report.signature;
    this.allOutputs = report.signature.outputs.map(({ name }) => name);
  }

  /** SHA-256 of the model's file. */
  get digest(): string {
    return this.entry.request.digest;
  }

  get inputs(): readonly ValueDescription[] {
    return this.signature.inputs;
  }

  get outputs(): readonly ValueDescription[] {
    return this.signature.outputs;
  }

  /**
   * Runs the model on feeds by input name. What can be batched is: see `OpenOptions.batching`.
   * @throws FeedError where the feeds do not fit; ModelBusyError where too many requests wait; ModelRunError where the runtime fails on them; ModelLoadError where the model
   *   had left the memory and cannot be loaded again; the signal's reason
   */
  async run(feeds: NamedTensors, options: RunOptions = {}): Promise<NamedTensors> {
    if (this.isClosed) throw new SessionClosedError();
    const { signal, fetch = this.allOutputs } = options;
    signal?.throwIfAborted();
    checkFeeds(this.inputs, feeds);
    if (options.fetch) checkFetch(this.outputs, fetch);
    const { axes, queue } = this.entry;
    if (queue.isFull) throw new ModelBusyError(this.digest, queue.size);
    const place = axes ? batchPlaceOf(axes, feeds, fetch) : { group: undefined, rows: 1 };
    const taken = takeTensors(feeds, options.keepFeeds ?? false);
    return new Promise((resolve, reject) => {
      const request: Request = { ...place, feeds: taken, fetch, arrivedAtMs: performance.now(), ...settle() };
      const leave = () => {
        this.entry.queue.remove(request);
        request.reject(signal?.reason);
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.dispatcher.add(this.entry, request);

      function settle(): Pick<Request, 'resolve' | 'reject'> {
        const end = () => signal?.removeEventListener('abort', leave);
        return {
          resolve: (outputs) => (end(), resolve(outputs)),
          // An abort's reason is the caller's and need not be an Error.
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
          reject: (cause) => (end(), reject(cause)),
        };
      }
    });
  }

  /** Closes this handle; with the last one the model leaves the memory. Closing twice is harmless. */
  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    await this.onClose();
  }
}
