import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { pause, soon, type QueueBench } from './queue-bench.js';

const stuckWorker = fileURLToPath(new URL('./stuck-worker.fixture.js', import.meta.url));

/** Workers that end, well or badly. */
export function describeWorkers(bench: QueueBench): void {
  it('hands the entries of a killed process to another one', async () => {
    const name = bench.name();
    const lockMs = 500;
    await bench.queue.add({ queue: name, id: 'taken' });
    const parameters = [stuckWorker, JSON.stringify(bench.opened.reach), name, String(lockMs)];
    const child = spawn(process.execPath, parameters, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    expect(line.toString().trim()).toBe('taken');
    child.kill('SIGKILL');
    const heard: string[] = [];
    await bench.work(name, (id, { attempt }) => Promise.resolve(void heard.push(`${id} ${attempt}`)), { lockMs });
    await soon(() => expect(heard).toEqual(['taken 1']));
  });

  it('keeps an entry that takes longer than its lock', async () => {
    const name = bench.name();
    const heard: string[] = [];
    const handler = async (id: string) => {
      heard.push(id);
      await pause(1_500);
    };
    await bench.work(name, handler, { lockMs: 500 });
    await bench.second().work(name, handler, { concurrency: 1, attempts: 1, backoffMs: 1, lockMs: 500 });
    await bench.queue.add({ queue: name, id: 'long' });
    await pause(2_000);
    expect(heard).toEqual(['long']);
  });

  it('waits for running handlers when it closes, and takes nothing more', async () => {
    const name = bench.name();
    const heard: string[] = [];
    const working = await bench.work(
      name,
      async (id) => {
        await pause(200);
        heard.push(id);
      },
      { concurrency: 1 },
    );
    await bench.queue.add({ queue: name, id: 'running' });
    await bench.queue.add({ queue: name, id: 'waiting' });
    await pause(100);
    await working.close(5_000);
    expect(heard).toEqual(['running']);
    await bench.work(name, (id) => Promise.resolve(void heard.push(id)));
    await soon(() => expect(heard).toEqual(['running', 'waiting']));
  });

  it('aborts handlers that are out of grace; what they did not finish rings elsewhere, as the same attempt', async () => {
    const name = bench.name();
    const reasons: unknown[] = [];
    let isRunning = false;
    const working = await bench.work(name, (_id, { signal }) => {
      isRunning = true;
      return new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => {
          reasons.push((signal.reason as Error).name);
          reject(signal.reason as Error);
        }),
      );
    });
    await bench.queue.add({ queue: name, id: 'unfinished' });
    await soon(() => expect(isRunning).toBe(true));
    const before = Date.now();
    await working.close(50);
    expect(Date.now() - before).toBeLessThan(1_000);
    expect(reasons).toEqual(['AbortError']);
    const heard: string[] = [];
    await bench.work(name, (id, { attempt }) => Promise.resolve(void heard.push(`${id} ${attempt}`)));
    await soon(() => expect(heard).toEqual(['unfinished 1']));
  });

  it('does not wait for a handler that is deaf to its signal', async () => {
    const name = bench.name();
    let isRunning = false;
    const working = await bench.work(name, async () => {
      isRunning = true;
      await pause(2_500);
    });
    await bench.queue.add({ queue: name, id: 'deaf' });
    await soon(() => expect(isRunning).toBe(true));
    const before = Date.now();
    await working.close(50);
    expect(Date.now() - before).toBeLessThan(1_500);
    await pause(2_500);
  });

  it('goes on after its connections broke', async () => {
    const name = bench.name();
    const heard: string[] = [];
    await bench.work(name, (id) => Promise.resolve(void heard.push(id)));
    await bench.queue.add({ queue: name, id: 'before' });
    await soon(() => expect(heard).toEqual(['before']));
    await bench.opened.breakConnections();
    await bench.queue.add({ queue: name, id: 'after' });
    await soon(() => expect(heard).toEqual(['before', 'after']));
  });
}
