import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@lantern/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseCommandLine } from '../command-line.js';
import { accounts } from './accounts.js';
import { events } from './events.js';

describe('lantern events', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let account: string;
  const said: string[] = [];
  const note = (text: unknown) => void said.push(String(text));
  const run = async (command: typeof events, ...line: string[]) => {
    said.length = 0;
    return command(parseCommandLine(line), { LANTERN_DATA_DIR: folder.path, LANTERN_REGION: 'eu-west-1' });
  };
  const target = (service: string, owner = account) => `arn:aws:${service}:eu-west-1:${owner}:news`;

  beforeAll(async () => {
    folder = await temporaryFolder('events-command');
    vi.spyOn(console, 'log').mockImplementation(note);
    vi.spyOn(console, 'error').mockImplementation(note);
    await run(accounts, 'accounts', 'create', 'one');
    account = said[0] ?? '';
  });
  afterAll(async () => {
    vi.restoreAllMocks();
    await folder.remove();
  });

  it('keeps, lists and removes rules of an account and region', async () => {
    const pattern = '{"source":["aws.s3"]}';
    await writeFile(join(folder.path, 'pattern.json'), `${pattern}\n`);
    const put = ['events', 'rules', 'put', 'uploads', '--pattern', `@${join(folder.path, 'pattern.json')}`];
    expect(await run(events, ...put, '--target', target('sns'), '--target', target('sqs'))).toBe(0);
    expect(await run(events, 'events', 'rules', 'list')).toBe(0);
    expect(said).toEqual([`uploads\t${pattern}\t${target('sns')} ${target('sqs')}`]);
    await run(events, 'events', 'rules', 'list', '--region', 'us-east-1');
    expect(said).toEqual([]);
    expect(await run(events, 'events', 'rules', 'remove', 'uploads')).toBe(0);
    expect(await run(events, 'events', 'rules', 'remove', 'uploads')).toBe(1);
    expect(said[0]).toContain('no rule uploads');
  });

  it("refuses another account's targets, patterns that are none, and lines that it does not understand", async () => {
    const put = ['events', 'rules', 'put', 'x', '--pattern', '{"source":["aws.s3"]}', '--target'];
    await expect(run(events, ...put, target('sns', '999999999999'))).rejects.toThrow(`of account ${account}`);
    const wrong = ['events', 'rules', 'put', 'x', '--pattern', '{"source":"aws.s3"}', '--target', target('sns')];
    await expect(run(events, ...wrong)).rejects.toThrow('Event pattern is not valid');
    expect(await run(events, 'events', 'rules', 'put', 'x')).toBe(2);
    expect(await run(events, 'events', 'sing')).toBe(2);
    expect(await run(events, 'events', 'failed')).toBe(0);
  });
});
