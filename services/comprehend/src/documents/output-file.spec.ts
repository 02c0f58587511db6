import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { temporaryFolder } from '@lantern/testing';
import { describe, expect, it } from 'vitest';
import { OutputFile } from './output-file.js';

const date = new Date('2026-11-01T00:00:00Z');
const untar = (archive: Buffer, ...args: string[]) =>
  execFileSync('tar', ['-xzO', ...args], { input: archive, maxBuffer: 1 << 30 }).toString();

async function archiveOf(n: number): Promise<Buffer> {
  const output = await OutputFile.open();
  for (let i = 0; i < n; i++) await output.add({ File: 'é😀', Line: i });
  const archive = await buffer(await output.archive('output', date));
  await output.close();
  return archive;
}

describe('OutputFile', () => {
  it('makes an archive that tar reads, with every line under the name', async () => {
    const lines = untar(await archiveOf(20_000), 'output').split('\n');
    expect(lines.pop()).toBe('');
    expect(lines).toHaveLength(20_000);
    expect(JSON.parse(lines[19_999] ?? '')).toEqual({ File: 'é😀', Line: 19_999 });
  });

  it('makes an archive of no lines', async () => {
    expect(untar(await archiveOf(0), 'output')).toBe('');
  });

  it('makes the same bytes of the same lines', async () => {
    const digest = async () =>
      createHash('sha1')
        .update(await archiveOf(100))
        .digest('hex');
    expect(await digest()).toBe(await digest());
  });

  it('leaves no file with a name', async () => {
    const folder = await temporaryFolder('output-file');
    const output = await OutputFile.open(folder.path);
    await output.add({ File: 'a.txt' });
    expect(readdirSync(folder.path)).toEqual([]);
    await output.close();
    await folder.remove();
  });
});
