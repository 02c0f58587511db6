import type { NamedTensors } from '../tensors/tensor.js';
import type { LoadProblem, LoadReport, LoadRequest } from './load-request.js';
import type { Outcome } from './loaded-model.js';

/** What a worker can be asked, with what it answers. `model` is a number that the asker chose at its load. */
export interface WorkerCalls {
  load: { readonly asked: { readonly model: number; readonly request: LoadRequest }; readonly answer: LoadReport };
  run: {
    readonly asked: {
      readonly model: number;
      readonly requests: readonly NamedTensors[];
      readonly fetch: readonly string[];
    };
    readonly answer: readonly Outcome[];
  };
  unload: { readonly asked: { readonly model: number }; readonly answer: undefined };
  /** Answered when the runtime is up. */
  greet: { readonly asked: object; readonly answer: undefined };
  /** Unloads everything; the thread ends after its answer. */
  end: { readonly asked: object; readonly answer: undefined };
}

/** A call on its way to a worker. */
export type WorkerCall = {
  [K in keyof WorkerCalls]: { readonly call: number; readonly kind: K } & WorkerCalls[K]['asked'];
}[keyof WorkerCalls];

/** A worker's answer to the call of that number. */
export type WorkerAnswer =
  | { readonly call: number; readonly answer: WorkerCalls[keyof WorkerCalls]['answer'] }
  | { readonly call: number; readonly problem: LoadProblem }
  | { readonly call: number; readonly error: string };
