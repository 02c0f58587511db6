import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { NGramModel } from '../speech-engine.js';
import type { FromThread, MoonshineFiles, NetworkFile, ToThread } from './messages.js';
import { MoonshineNetwork } from './network.js';
import { MoonshineTranscriber } from './transcriber.js';

/** The program of a thread that holds Moonshine and hears one sound after the other. */
const port = parentPort;
if (!port) throw new Error('this is the program of a worker thread');

/** Language models that are kept, the latest used; the thread is told again about those that left. */
const cancelled = new Set<number>();
const models = new Map<string, NGramModel>();

async function verified({ path, sha256 }: NetworkFile): Promise<Uint8Array> {
  const bytes = await readFile(path);
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== sha256) throw new Error(`${path} has the SHA-256 ${found} instead of ${sha256}`);
  return bytes;
}

async function load(): Promise<MoonshineNetwork> {
  // The thread's only starter is moonshine-thread.ts.
  const { encoder, decoder } = workerData as MoonshineFiles;
  return MoonshineNetwork.load({ encoder: await verified(encoder), decoder: await verified(decoder) });
}

const answer = (message: FromThread): void => port.postMessage(message);
const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause)).slice(0, 1_000);

async function hear(
  { call, samples, request }: Extract<ToThread, { kind: 'hear' }>,
  transcriber: MoonshineTranscriber,
) {
  const checkpoint = () => {
    if (cancelled.has(call)) throw new Error('cancelled');
  };
  try {
    const { languageModel: digest, ...rest } = request;
    const languageModel = digest === undefined ? undefined : models.get(digest);
    if (digest !== undefined && !languageModel) throw new Error(`the language model ${digest} was not given`);
    checkpoint();
    answer({
      kind: 'heard',
      call,
      hypotheses: await transcriber.hear(samples, { ...rest, languageModel, checkpoint }),
    });
  } catch (cause) {
    answer({ kind: 'error', call, message: messageOf(cause) });
  }
  cancelled.delete(call);
}

function serve(network: MoonshineNetwork): void {
  const transcriber = new MoonshineTranscriber(network);
  let last: Promise<void> = Promise.resolve();
  port!.on('message', (message: ToThread) => {
    if (message.kind === 'cancel') cancelled.add(message.call);
    else if (message.kind === 'remember') {
      models.clear();
      models.set(message.model.digest, message.model);
    } else if (message.kind === 'hear') last = last.then(() => hear(message, transcriber));
    else last = last.then(() => network.release()).then(() => port!.close());
  });
}

try {
  const network = await load();
  serve(network);
  answer({ kind: 'ready' });
} catch (cause) {
  answer({ kind: 'failed', message: messageOf(cause) });
  port.close();
}
