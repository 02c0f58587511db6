import { parentPort } from 'node:worker_threads';
import { buffersOf } from '../tensors/take.js';
import { LoadFailed } from './load-failed.js';
import { LoadedModel, startRuntime } from './loaded-model.js';
import type { WorkerAnswer, WorkerCall } from './worker-messages.js';

/** The program of a worker thread: it loads models, runs them and unloads them, one call after the other. */
const port = parentPort;
if (!port) throw new Error('this is the program of a worker thread');

const models = new Map<number, LoadedModel>();

async function answer(message: WorkerCall): Promise<{ answer: WorkerAnswer; transfer: ArrayBuffer[] }> {
  const { call } = message;
  switch (message.kind) {
    case 'load': {
      const { model, report } = await LoadedModel.load(message.request);
      models.set(message.model, model);
      return { answer: { call, answer: report }, transfer: [] };
    }
    case 'run': {
      const model = models.get(message.model);
      if (!model) throw new Error('the model is not loaded here');
      const outcomes = await model.runBatch(message.requests, message.fetch);
      const outputs = outcomes.flatMap((outcome) => ('outputs' in outcome ? Object.values(outcome.outputs) : []));
      return { answer: { call, answer: outcomes }, transfer: buffersOf(outputs) };
    }
    case 'unload': {
      await models.get(message.model)?.release();
      models.delete(message.model);
      return { answer: { call, answer: undefined }, transfer: [] };
    }
    case 'greet':
      return { answer: { call, answer: undefined }, transfer: [] };
    case 'end': {
      for (const model of models.values()) await model.release();
      models.clear();
      return { answer: { call, answer: undefined }, transfer: [] };
    }
  }
}

async function serve(message: WorkerCall): Promise<void> {
  const { call } = message;
  try {
    const { answer: given, transfer } = await answer(message);
    port!.postMessage(given, transfer);
    if (message.kind === 'end') port!.close();
  } catch (cause) {
    const error = cause instanceof Error ? cause.message : String(cause);
    const given: WorkerAnswer =
      cause instanceof LoadFailed ? { call, problem: { reason: cause.reason, message: error } } : { call, error };
    port!.postMessage(given);
  }
}

// Calls are served in order: a model's scratch memory is lent to one run at a time.
let last = startRuntime();
port.on('message', (message: WorkerCall) => {
  last = last.then(() => serve(message));
});
