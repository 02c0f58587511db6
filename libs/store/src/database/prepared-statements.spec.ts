import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql, type RawBuilder } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type Database } from './database.js';
import { StatementNames } from './prepared-statements.js';

describe('StatementNames', () => {
  const named = (names: StatementNames, text: string, nUses: number) =>
    Array.from({ length: nUses }, () => names.nameOf(text)).filter((name) => name !== undefined);

  it('names what comes often, always the same', () => {
    const names = new StatementNames();
    const given = named(names, 'select $1', 100);
    expect(given.length).toBeGreaterThan(50);
    expect(new Set(given).size).toBe(1);
    expect(named(names, 'select $2', 100)[0]).not.toBe(given[0]);
  });

  it('does not name what comes seldom, however long the process runs', () => {
    const names = new StatementNames();
    for (let round = 0; round < 200; round++) {
      for (let index = 0; index < 100; index++) names.nameOf(`select ${index}, $1`);
      expect(names.nameOf('select $1')).toBeUndefined();
    }
  });

  it('names a few statements only', () => {
    const names = new StatementNames();
    const given = Array.from({ length: 200 }, (_, index) => named(names, `select ${index}, $1`, 50)[0]);
    expect(given.filter((name) => name !== undefined).length).toBe(64);
  });
});

describe('the database', () => {
  let folder: string;
  let database: Database;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lantern-prepared-'));
    database = await openDatabase({ dataDir: folder, poolSize: 1 });
  });
  afterAll(async () => {
    await database.close();
    await rm(folder, { recursive: true, force: true });
  });

  const run = async (query: RawBuilder<unknown>) => (await query.execute(database.kysely)).rows;

  it('prepares what it is asked often', async () => {
    for (let index = 0; index < 40; index++) await run(sql`select ${index}::int as often`);
    const prepared = await run(sql`select statement from pg_prepared_statements`);
    expect(prepared).toEqual([{ statement: 'select $1::int as often' }]);
    await expect(run(sql`select ${'no number'}::int as often`)).rejects.toThrow('invalid input syntax');
    expect(await run(sql`select ${7}::int as often`)).toEqual([{ often: 7 }]);
  });

  it('goes on where a table has got a column since', async () => {
    await run(sql`create table grown (a int)`);
    await run(sql`insert into grown values (1)`);
    const read = () => run(sql`select * from grown where a = ${1}`);
    for (let index = 0; index < 40; index++) await read();
    await run(sql`alter table grown add column b int default 2`);
    expect(await read()).toEqual([{ a: 1, b: 2 }]);
    expect(await read()).toEqual([{ a: 1, b: 2 }]);
  });
});
