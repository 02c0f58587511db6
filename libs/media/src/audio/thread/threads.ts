import { tmpdir } from 'node:os';
import { Worker } from 'node:worker_threads';

/** Threads that wait for their next sound; a start costs tens of milliseconds, a wait some megabytes. */
const MAX_IDLE = 2;
const idle: Worker[] = [];

/** A thread that decodes sound. The taker listens to `message`, and takes its listeners off before it gives it back. */
export function takeThread(): Worker {
  const waiting = idle.pop();
  if (waiting) {
    waiting.ref();
    return waiting;
  }
  const thread = new Worker(new URL('./audio-worker.js', import.meta.url), {
    name: 'audio',
    // What decoders say is for nobody (see audio-worker.ts); without these it would reach the program's own output.
    stdout: true,
    stderr: true,
    // Nothing of the program's environment but where files for a while belong.
    env: { TMPDIR: tmpdir(), TEMP: tmpdir() },
    resourceLimits: { maxOldGenerationSizeMb: 256 },
  });
  // One that dies while it waits is nobody's error.
  thread.on('error', () => undefined);
  thread.on('exit', () => forget(thread));
  return thread;
}

/** Gives a thread back that holds no sound. One that waits keeps no process alive. */
export function giveBack(thread: Worker): void {
  if (idle.length >= MAX_IDLE) {
    void thread.terminate();
    return;
  }
  thread.unref();
  idle.push(thread);
}

function forget(thread: Worker): void {
  const at = idle.indexOf(thread);
  if (at >= 0) idle.splice(at, 1);
}
