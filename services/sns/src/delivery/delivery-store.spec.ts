import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { PostgresWorkQueue, WorkQueue, type QueueEntry, type Working } from '@lantern/jobs';
import { openDatabase, type Database } from '@lantern/store';
import { temporaryFolder } from '@lantern/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { snsDatabase } from '../records/sns-tables.js';
import type { Delivery } from './delivery.js';
import { DELIVERY_QUEUE, deliveryOf, DeliveryStore } from './delivery-store.js';

/** Notes its rings. */
class NotedQueue extends WorkQueue {
  readonly rings: string[] = [];

  add({ id }: QueueEntry): Promise<void> {
    this.rings.push(id);
    return Promise.resolve();
  }

  asExpression(): never {
    throw new Error('deliveries ring in transactions');
  }

  work(): Promise<Working> {
    throw new Error('nobody works here');
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

const topic = { account: '111122223333', region: 'us-east-1', name: 'news' };

describe('DeliveryStore', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let database: Database;
  beforeAll(async () => {
    folder = await temporaryFolder('sns-deliveries');
    database = await openDatabase({ dataDir: folder.path });
  });
  afterAll(async () => {
    await database.close();
    await folder.remove();
  });

  const open = <Queue extends WorkQueue>(queue: Queue) => {
    const store = new DeliveryStore(database, queue);
    const publish = async (message: string, subscriptions: readonly string[], lane?: string) => {
      const content = { type: 'Notification', message, attributes: {} } as const;
      const recipients = subscriptions.map((subscription) => ({
        subscription,
        protocol: 'http' as const,
        endpoint: 'http://hook.example/',
      }));
      const id = randomUUID();
      await snsDatabase(database)
        .transaction()
        .execute((transaction) => store.enqueue(transaction, topic, { id, content, recipients, lane }));
      return id;
    };
    return { queue, store, publish };
  };
  const claim = async (store: DeliveryStore, ring: string | undefined): Promise<Delivery> => {
    const delivery = await store.claim(deliveryOf(ring ?? ''), 10_000);
    if (!delivery) throw new Error(`${ring} is not due`);
    return delivery;
  };
  const messagesOf = (id: string) =>
    snsDatabase(database).selectFrom('sns_messages').select('n_pending').where('id', '=', id).execute();

  it('gives a delivery to one worker, and to another when the claim has run out', async () => {
    const { queue, store, publish } = open(new NotedQueue());
    await publish('one', [randomUUID()]);
    const id = deliveryOf(queue.rings[0] ?? '');
    const claims = await Promise.all(Array.from({ length: 5 }, () => store.claim(id, 2_000)));
    expect(claims.filter((claimed) => claimed !== undefined)).toHaveLength(1);
    expect((await store.peek(id))?.waitMs).toBeGreaterThan(0);
    await expect
      .poll(() => store.claim(id, 60_000), { timeout: 10_000 })
      .toMatchObject({ id, content: { message: 'one' }, nFailures: 0, isDead: false });
  });

  it('rings again for what has been due for a while, and for nothing else', async () => {
    const { queue, store, publish } = open(new NotedQueue());
    await publish('one', [randomUUID()]);
    await store.claim(deliveryOf(queue.rings[0] ?? ''), 60_000);
    await publish('two', [randomUUID()]);
    const before = [...queue.rings];
    await sleep(60);
    await store.ringOverdue(50, 1_000);
    expect(queue.rings.slice(before.length)).toContain(before[1]);
    expect(queue.rings.slice(before.length)).not.toContain(before[0]);
  });

  it('rings for others too when one subscription has a long backlog', async () => {
    const { queue, store, publish } = open(new NotedQueue());
    const slow = randomUUID();
    for (let i = 0; i < 40; i++) await publish('slow', [slow]);
    await publish('other', [randomUUID()]);
    const other = queue.rings.at(-1);
    const before = queue.rings.length;
    await sleep(60);
    await store.ringOverdue(50, 1_000);
    const rung = queue.rings.slice(before);
    expect(rung).toContain(other);
    expect(rung.filter((ring) => queue.rings.slice(0, 40).includes(ring))).toHaveLength(20);
    expect(await store.ringDue(slow, 3)).toBe(3);
  });

  it('keeps a message until its last delivery', async () => {
    const { queue, store, publish } = open(new NotedQueue());
    const message = await publish('one', [randomUUID(), randomUUID(), randomUUID()]);
    const deliveries = await Promise.all(queue.rings.map((ring) => claim(store, ring)));
    const [first, ...others] = deliveries;
    if (first) await Promise.all([store.finish(first), store.finish(first)]);
    expect(await messagesOf(message)).toEqual([{ n_pending: 2 }]);
    await Promise.all(others.map((delivery) => store.finish(delivery)));
    expect(await messagesOf(message)).toEqual([]);
  });

  it('keeps nothing of a message that nobody wants', async () => {
    const { queue, publish } = open(new NotedQueue());
    expect(await messagesOf(await publish('one', []))).toEqual([]);
    expect(queue.rings).toEqual([]);
  });

  it('tries again later, under a new name, and then on the way to the dead letters', async () => {
    const { queue, store, publish } = open(new NotedQueue());
    await publish('one', [randomUUID()]);
    const delivery = await claim(store, queue.rings[0]);
    await store.retryLater(delivery, 60_000, 'busy');
    expect(await store.claim(delivery.id, 1_000)).toBeUndefined();
    await store.release(delivery.id);
    expect(await claim(store, queue.rings[1])).toMatchObject({ nFailures: 1, isDead: false });
    await store.bury(delivery, 'the queue does not answer', 0);
    expect(await claim(store, queue.rings[2])).toMatchObject({ isDead: true });
    expect(new Set(queue.rings).size).toBe(3);
  });

  it('holds back what is behind another one of its lane, for that subscription alone', async () => {
    const { queue, store, publish } = open(new NotedQueue());
    const [ann, bob] = [randomUUID(), randomUUID()];
    await publish('one', [ann], 'lane');
    await publish('two', [ann, bob], 'lane');
    await publish('three', [ann], 'lane');
    await publish('apart', [ann]);
    const [one, two, apart] = await Promise.all(queue.rings.map((ring) => claim(store, ring)));
    expect([one, two, apart].map((delivery) => [delivery?.content.message, delivery?.subscription])).toEqual([
      ['one', ann],
      ['two', bob],
      ['apart', ann],
    ]);
    if (one) {
      await store.retryLater(one, 0, 'busy');
      expect(queue.rings).toHaveLength(4);
      await store.finish(one);
    }
    const next = await claim(store, queue.rings[4]);
    expect([next.content.message, next.subscription]).toEqual(['two', ann]);
    await store.finish(next);
    expect((await claim(store, queue.rings[5])).content.message).toBe('three');
  });

  it('loses nothing of a lane and mixes nothing up when many publish and deliver at once', async () => {
    const queue = new PostgresWorkQueue({ database });
    const { store, publish } = open(queue);
    const subscription = randomUUID();
    const [nPublishers, nEach] = [6, 10];
    const delivered: string[] = [];
    let [atOnce, mostAtOnce] = [0, 0];
    const work = async (ring: string) => {
      const delivery = await store.claim(deliveryOf(ring), 10_000);
      if (!delivery) return;
      mostAtOnce = Math.max(mostAtOnce, ++atOnce);
      delivered.push(delivery.content.message);
      await sleep(1);
      atOnce -= 1;
      await store.finish(delivery);
    };
    const working = await queue.work(DELIVERY_QUEUE, work, { concurrency: 4, attempts: 1, backoffMs: 10 });
    const publishers = Array.from({ length: nPublishers }, async (_, publisher) => {
      for (let i = 0; i < nEach; i++) await publish(`${publisher}.${i}`, [subscription], 'busy lane');
    });
    await Promise.all(publishers);
    await expect.poll(() => delivered.length, { timeout: 15_000 }).toBe(nPublishers * nEach);
    await working.close(1_000);
    await queue.close();
    expect(mostAtOnce).toBe(1);
    for (let publisher = 0; publisher < nPublishers; publisher++) {
      const own = delivered.filter((message) => message.startsWith(`${publisher}.`));
      expect(own).toEqual(Array.from({ length: nEach }, (_, i) => `${publisher}.${i}`));
    }
  });
});
