import { EventEmitter } from 'node:events';
import { openDatabase, type Database } from '@lantern/store';
import { temporaryFolder } from '@lantern/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { SharedListener } from './shared-listener.js';

describe('the connection that listens for all queues', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let database: Database;
  let listener: SharedListener;
  const heard: string[] = [];
  const subscriber = (name: string) => {
    const emitter = new EventEmitter();
    emitter.on('notification', ({ channel }: { channel: string }) => heard.push(`${name} ${channel}`));
    emitter.on('error', () => heard.push(`${name} broken`));
    return emitter;
  };
  const notify = (channel: string) => sql`select pg_notify(${channel}, '')`.execute(database.kysely);

  beforeAll(async () => {
    folder = await temporaryFolder('listener');
    database = await openDatabase({ dataDir: folder.path });
    listener = new SharedListener(database.url);
  });
  afterAll(async () => {
    await listener.close();
    await database.close();
    await folder.remove();
  });

  it('takes many subscribers at once, one statement after the other on one connection', async () => {
    const warned = vi.fn();
    process.on('warning', warned);
    const names = ['a', 'b', 'c', 'd'];
    await Promise.all(names.map((name, index) => listener.listen(`LISTEN channel_${index % 2}`, subscriber(name))));
    await notify('channel_0');
    await vi.waitFor(() => expect(heard.sort()).toEqual(names.map((name) => `${name} channel_0`)));
    const { rows } = await sql<{ n: number }>`
      select count(*)::int as n from pg_stat_activity where application_name = 'lantern queues'`.execute(
      database.kysely,
    );
    expect(rows[0]?.n).toBe(1);
    process.off('warning', warned);
    expect(warned).not.toHaveBeenCalled();
  });

  it('tells all of them when it breaks, and is made anew for who asks again', async () => {
    heard.length = 0;
    await sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'lantern queues'`.execute(database.kysely);
    await vi.waitFor(() => expect(heard.sort()).toEqual(['a broken', 'b broken', 'c broken', 'd broken']));
    heard.length = 0;
    await listener.listen('LISTEN channel_0', subscriber('e'));
    await notify('channel_0');
    await vi.waitFor(() => expect(heard).toEqual(['e channel_0']));
  });
});
