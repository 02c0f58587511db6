import { LoadFailed } from '../runtime/load-failed.js';
import { SessionThread } from '../runtime/session-thread.js';
import { childIsReady, type Trial, type TrialResult } from './quarantine-messages.js';

/**
 * The program of the process that tries models: a worker thread loads them and warms them up, this thread watches how much
 * memory that takes.
 */
const MEMORY_CHECK_MS = 20;
const limitBytes = Number(process.argv[2]);

const thread = new SessionThread(() => process.exit(1));
let current: number | undefined;

/** Ends the process with a word to its owner. The thread is in native code and cannot be stopped otherwise. */
function checkMemory(): void {
  const bytes = process.memoryUsage.rss();
  if (current === undefined || bytes <= limitBytes) return;
  const message = `it took more than ${Math.round(limitBytes / 2 ** 20)} MiB of memory`;
  const result: TrialResult = { trial: current, problem: { reason: 'memory', message } };
  current = undefined;
  process.send!(result, () => process.kill(process.pid, 'SIGKILL'));
}
setInterval(checkMemory, MEMORY_CHECK_MS);

async function attempt({ trial, request }: Trial): Promise<TrialResult> {
  current = trial;
  try {
    await thread.call('load', { model: trial, request });
    await thread.call('unload', { model: trial });
    return { trial };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    return { trial, problem: { reason: cause instanceof LoadFailed ? cause.reason : 'crash', message } };
  } finally {
    current = undefined;
  }
}

process.on('message', (trial: Trial) => {
  void attempt(trial).then((result) => process.send!(result));
});
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

// The runtime's own start is not a model's fault.
await thread.call('greet', {});
process.send!(childIsReady);
