import { parentPort, workerData } from 'node:worker_threads';
import type { CompileMessage, CompileRequest } from './compile-messages.js';
import { compileNetwork } from './compile-network.js';
import type { CompileStage } from './progress.js';
import { findNetwork } from './sources/find-networks.js';
import { readNetwork } from './sources/read-network.js';

const tell = (message: CompileMessage, transfer: ArrayBuffer[] = []) => parentPort?.postMessage(message, transfer);
const at = (stage: CompileStage, done = 0, total = 1) => tell({ kind: 'progress', progress: { stage, done, total } });

async function main({ source, entry, workingDirectory, options }: CompileRequest): Promise<void> {
  at('find');
  const network = await findNetwork(source, entry, workingDirectory);
  const bytes = await readNetwork(network, (done, total) => at('read', done, total));
  const { model, report } = await compileNetwork(bytes, options, (stage) => at(stage));
  // A copy of its own can be handed over; the writer's buffer may be larger than the model.
  const own = new Uint8Array(model);
  tell({ kind: 'done', result: { model: own, report } }, [own.buffer]);
}

try {
  await main(workerData as CompileRequest);
} catch (error) {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  tell({ kind: 'failed', name, message });
}
