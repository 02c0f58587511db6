import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { pause, soon, type QueueBench } from './queue-bench.js';

/** Who hears which ring, and when. */
export function describeRings(bench: QueueBench): void {
  it('rings once for an entry, with its id', async () => {
    const name = bench.name();
    const heard: string[] = [];
    await bench.work(name, (id, { attempt, isLastAttempt }) => {
      heard.push(`${id} ${attempt} ${isLastAttempt}`);
      return Promise.resolve();
    });
    await bench.queue.add({ queue: name, id: 'one' });
    await soon(() => expect(heard.length).toBeGreaterThan(0));
    await pause(100);
    expect(heard).toEqual(['one 1 false']);
  });

  it('keeps entries for a worker that comes later, and rings in their order', async () => {
    const name = bench.name();
    for (const id of ['a', 'b', 'c']) await bench.queue.add({ queue: name, id });
    await pause(100);
    const heard: string[] = [];
    await bench.work(name, (id) => Promise.resolve(void heard.push(id)), { concurrency: 1 });
    await soon(() => expect(heard).toEqual(['a', 'b', 'c']));
  });

  it('keeps queues apart', async () => {
    const [mine, other] = [bench.name(), bench.name()];
    const heard: string[] = [];
    await bench.work(mine, (id) => Promise.resolve(void heard.push(id)));
    await bench.queue.add({ queue: other, id: 'theirs' });
    await bench.queue.add({ queue: mine, id: 'mine' });
    await soon(() => expect(heard).toEqual(['mine']));
    await pause(100);
    expect(heard).toEqual(['mine']);
  });

  it('rings when the transaction commits, not before, and not if it is rolled back', async () => {
    const name = bench.name();
    const heard: string[] = [];
    await bench.work(name, (id) => Promise.resolve(void heard.push(id)));
    const { kysely } = bench.opened.database;
    const undone = kysely.transaction().execute(async (transaction) => {
      await bench.queue.add({ queue: name, id: 'undone' }, transaction);
      throw new Error('undo');
    });
    await expect(undone).rejects.toThrow('undo');
    await kysely.transaction().execute(async (transaction) => {
      await bench.queue.add({ queue: name, id: 'done' }, transaction);
      await pause(200);
      expect(heard).toEqual([]);
    });
    await soon(() => expect(heard).toEqual(['done']));
    await pause(100);
    expect(heard).toEqual(['done']);
  });

  it('rings as part of a statement, once that has committed and not if it is rolled back', async () => {
    const name = bench.name();
    const heard: string[] = [];
    await bench.work(name, (id) => Promise.resolve(void heard.push(id)));
    const { kysely } = bench.opened.database;
    const undone = await bench.queue.asExpression({ queue: name, id: 'undone' });
    const failing = sql`select ${undone.expression}, 1 / (random() * 0)`.execute(kysely);
    await expect(failing).rejects.toThrow('division by zero');
    const done = await bench.queue.asExpression({ queue: name, id: 'done' });
    const { rows } = await sql<{ rung: unknown }>`select ${done.expression} as rung`.execute(kysely);
    done.committed(rows[0]?.rung);
    // Here the process dies before it can tell: others look after the entry.
    const left = await bench.queue.asExpression({ queue: name, id: 'left' });
    await sql`select ${left.expression}`.execute(kysely);
    await soon(() => expect([...heard].sort()).toEqual(['done', 'left']));
    await pause(100);
    expect(heard.length).toBe(2);
  });

  it('rings later where a delay is asked for', async () => {
    const name = bench.name();
    let heardMs = 0;
    await bench.work(name, () => Promise.resolve(void (heardMs = Date.now())));
    const addedMs = Date.now();
    await bench.queue.add({ queue: name, id: 'later', delayMs: 400 });
    await soon(() => expect(heardMs).toBeGreaterThan(0));
    expect(heardMs - addedMs).toBeGreaterThanOrEqual(395);
    expect(heardMs - addedMs).toBeLessThan(2_000);
  });

  it('rings once for an id that is added twice while it waits, and again when it is added after that', async () => {
    const name = bench.name();
    for (let index = 0; index < 3; index++) await bench.queue.add({ queue: name, id: 'same' });
    await pause(100);
    const heard: string[] = [];
    await bench.work(name, (id) => Promise.resolve(void heard.push(id)));
    await soon(() => expect(heard.length).toBe(1));
    await pause(200);
    expect(heard).toEqual(['same']);
    await bench.queue.add({ queue: name, id: 'same' });
    await soon(() => expect(heard).toEqual(['same', 'same']));
  });

  it('rings for each of many entries, in one of several processes', async () => {
    const name = bench.name();
    const heard: string[] = [];
    const handler = (who: string) => async (id: string) => {
      await pause(1);
      heard.push(`${who} ${id}`);
    };
    await bench.work(name, handler('first'));
    const working = await bench.second().work(name, handler('second'), { concurrency: 4, attempts: 3, backoffMs: 50 });
    const ids = Array.from({ length: 100 }, (_, index) => `id-${index}`);
    await Promise.all(ids.map((id) => bench.queue.add({ queue: name, id })));
    await soon(() => expect(heard.length).toBe(100));
    await working.close();
    expect(heard.map((line) => line.split(' ')[1]).sort()).toEqual([...ids].sort());
    expect(new Set(heard.map((line) => line.split(' ')[0])).size).toBe(2);
  });

  it('works on no more entries at once than it may', async () => {
    const name = bench.name();
    let running = 0;
    let most = 0;
    let nDone = 0;
    const handler = async () => {
      most = Math.max(most, ++running);
      await pause(20);
      running--;
      nDone++;
    };
    for (let index = 0; index < 12; index++) await bench.queue.add({ queue: name, id: `id-${index}` });
    await bench.work(name, handler, { concurrency: 3 });
    await soon(() => expect(nDone).toBe(12));
    expect(most).toBe(3);
  });
}
