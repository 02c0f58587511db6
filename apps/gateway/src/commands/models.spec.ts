import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { temporaryFolder } from '@lantern/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseCommandLine } from '../command-line.js';
import { models } from './models.js';

const weights = Buffer.from('weights of a test');
const sha256 = createHash('sha256').update(weights).digest('hex');

describe('lantern models', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let said: string[] = [];
  let complained: string[] = [];
  beforeAll(async () => {
    folder = await temporaryFolder('models-command');
    vi.spyOn(console, 'log').mockImplementation((text: unknown) => void said.push(String(text)));
    vi.spyOn(console, 'error').mockImplementation((text: unknown) => void complained.push(String(text)));
    vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
    await mkdir(join(folder.path, 'files'));
    await writeFile(join(folder.path, 'files', 'weights.bin'), weights);
    await writeFile(
      join(folder.path, 'mine.yaml'),
      `name: mine
task: test-task
licence: MIT
source: https://x.example/
files: [{ path: model.onnx, sha256: ${sha256}, sizeBytes: ${weights.length}, url: 'https://x.example/weights.bin' }]
quality: { dataset: d, metric: accuracy, value: 0.9, measured: 2026-11 }
`,
    );
  });
  beforeEach(() => {
    said = [];
    complained = [];
  });
  afterAll(async () => {
    vi.restoreAllMocks();
    await folder.remove();
  });

  const run = (...line: string[]) => {
    const parsed = parseCommandLine(['models', ...line]);
    return models(parsed, {
      LANTERN_DATA_DIR: join(folder.path, 'data'),
      LANTERN_MODELS_FOLDER: parsed.values.from,
    });
  };

  it('lists what ships, what packages carry and what can be pulled, and makes no folder for it', async () => {
    expect(await run('list')).toBe(0);
    const rows = said.map((line) => line.split('\t'));
    expect(rows.length).toBeGreaterThan(50);
    expect(new Set(rows.map(([state]) => state))).toEqual(new Set(['shipped', 'package', '-']));
    expect(rows.every((row) => row.length === 7)).toBe(true);
    expect(await readdir(folder.path)).not.toContain('data');
  });

  it('lists one task, only what is there, and for programs', async () => {
    await run('list', '--task', 'face-detection');
    expect(said.length).toBeGreaterThan(3);
    expect(said.every((line) => line.includes('\tface-detection\t'))).toBe(true);
    said = [];
    await run('list', '--installed', '--json');
    const listed = JSON.parse(said.join('\n')) as { isReady: boolean; name: string }[];
    expect(listed.map(({ name }) => name)).toContain('silero-vad-v5');
    expect(listed.every(({ isReady }) => isReady)).toBe(true);
    expect(await run('list', '--task', 'mind-reading')).toBe(1);
    expect(complained.join()).toContain('There are models for');
  });

  it('shows everything of one model', async () => {
    expect(await run('show', 'yunet-n')).toBe(0);
    const text = said.join('\n');
    expect(text).toMatch(/licence {3}Apache-2\.0/);
    expect(text).toContain('not on this machine: lantern models pull yunet-n');
    expect(text).toMatch(/quality .*average precision 0\.892 .*as stated at https:/);
    expect(await run('show', 'nothing')).toBe(1);
  });

  it('pulls from a file of its own and a folder, verifies, shows and removes', async () => {
    const mine = join(folder.path, 'mine.yaml');
    expect(await run('pull', mine, '--from', join(folder.path, 'files'))).toBe(0);
    expect(said).toEqual([expect.stringMatching(/^mine is ready: 17 B in one file, sha256:[0-9a-f]{12}, MIT$/)]);
    said = [];
    expect(await run('list', '--task', 'test-task')).toBe(0);
    expect(said[0]?.split('\t').slice(0, 4)).toEqual(['pulled', 'test-task', 'mine', '17 B']);
    expect(await run('verify', 'mine')).toBe(0);
    const blob = join(folder.path, 'data', 'models', 'blobs', `sha256-${sha256}`);
    expect((await readFile(blob)).equals(weights)).toBe(true);

    await writeFile(blob, 'weights of another');
    expect(await run('verify', 'mine')).toBe(1);
    expect(complained.join()).toContain('has other content than its digest says: lantern models pull mine');
    expect(await run('pull', mine, '--from', join(folder.path, 'files'))).toBe(0);
    expect(await run('verify', 'mine')).toBe(0);

    said = [];
    expect(await run('rm', 'mine@zz')).toBe(1);
    expect(await run('rm', 'mine')).toBe(0);
    expect(said).toEqual(['mine is removed', '1 file(s) removed, 17 B freed']);
    expect(await run('rm', 'mine')).toBe(1);
    expect(await readdir(join(folder.path, 'data', 'models', 'blobs'))).toEqual([]);
  });

  it('says that there is nothing to pull, and what a name could have meant', async () => {
    expect(await run('pull', 'lantern-lid')).toBe(0);
    expect(said).toEqual([expect.stringContaining('ships with the suite')]);
    expect(await run('pull', 'silero-vad-v5')).toBe(0);
    expect(said[1]).toContain('silero-vad-v5 is ready');
    expect(await run('pull', 'whisper-tiny')).toBe(1);
    expect(complained.join()).toContain('Did you mean whisper-tiny-en, whisper-tiny-en-int8?');
    await expect(run('pull', 'yunet-n', '--from', folder.path)).rejects.toThrow('has no file sha256-');
  });

  it('explains itself', async () => {
    for (const line of [['sing'], ['pull'], ['rm'], ['show'], ['compile']]) expect(await run(...line)).toBe(2);
    expect(complained[0]).toContain('lantern models pull');
  });
});
