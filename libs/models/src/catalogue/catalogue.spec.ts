import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Catalogue } from './catalogue.js';
import { CatalogueError } from './entry.js';
import { readEntry } from './read-entry.js';

const digest = 'a'.repeat(64);
const good = `
name: small
task: speech-recognition
languages: [en]
licence: MIT
source: https://models.example/small
inputs: [{ name: samples, dtype: float32, shape: [1, time] }]
outputs: [{ name: logits, dtype: float32, shape: [1, frames, 32] }]
batching: { maxSize: 16, maxDelayMs: 4 }
files:
  - { path: model.onnx, sha256: ${digest}, sizeBytes: 10, url: 'https://models.example/model.onnx' }
quality: { dataset: LibriSpeech, metric: word error rate, value: 4.5, measured: 2026-11 }
`;

function problemsOf(yaml: string): readonly string[] {
  try {
    readEntry('small.yaml', yaml);
  } catch (error) {
    if (error instanceof CatalogueError) return error.problems;
    throw error;
  }
  return [];
}

describe('readEntry', () => {
  it('reads an entry', () => {
    expect(readEntry('small.yaml', good)).toMatchObject({
      name: 'small',
      languages: ['en'],
      preference: 0,
      batching: { maxSize: 16, maxDelayMs: 4 },
      files: [{ path: 'model.onnx', sha256: digest, sizeBytes: 10, origin: { kind: 'url' } }],
      quality: [{ dataset: 'LibriSpeech', value: 4.5, measured: '2026-11' }],
      compiled: undefined,
    });
  });

  it('lists every violation at once', () => {
    expect(problemsOf('name: Small!\ntask: x\nlicense: MIT\nfiles: [{ path: ../m, sha256: ABC, url: ftp://x }]\n')).toEqual([
      'name "Small!" is not a plain name',
      expect.stringMatching(/^licence is missing$/),
      'source is missing',
      expect.stringMatching(/^files\[0\]\.url "ftp:\/\/x" is not an https address$/),
      expect.stringMatching(/^files\[0\]\.sha256 "ABC" is not a SHA-256 digest/),
      'files[0].path "../m" is not a path below a folder',
      'files[0].sizeBytes is missing',
      'quality is missing',
      'license is not a known name',
    ]);
  });

  it.each([
    ['licence: MIT', 'licence: AGPL-3.0', 'is not an accepted licence'],
    ['licence: MIT', 'licence: CC-BY-NC-4.0', 'is not an accepted licence'],
    [', measured: 2026-11', '', 'quality.measured is missing'],
    ['value: 4.5', 'value: good', 'quality.value is not a number'],
    ['measured: 2026-11', 'source: https://x.example', 'quality.read is missing'],
    ['sizeBytes: 10', 'sizeBytes: 1.5', 'sizeBytes is not an integer from 0'],
    ['sizeBytes: 10', 'sizeBytes: -1', 'sizeBytes is not an integer from 0'],
    ['https://models.example/model', 'http://models.example/model', 'is not an https address'],
    ['https://models.example/model', 'https://me:word@models.example/model', 'is not an https address'],
    ['path: model.onnx', 'path: /etc/passwd', 'is not a path below a folder'],
    ['path: model.onnx', "path: 'a\\b'", 'is not a path below a folder'],
    ['path: model.onnx', 'path: .hidden', 'is not a path below a folder'],
    ['dtype: float32', 'dtype: real', 'is not an element type of ONNX'],
    ['maxSize: 16', 'maxSize: 0', 'maxSize is not an integer from 1'],
    ['languages: [en]', 'tongue: en', 'tongue is not a known name'],
  ])('refuses %j as %j', (from, to, problem) => {
    expect(good).toContain(from);
    expect(problemsOf(good.replace(from, to))).toEqual([expect.stringContaining(problem)]);
  });

  it('takes a size that its publisher does not name, if the entry says so', () => {
    expect(readEntry('x', good.replace('sizeBytes: 10', 'sizeBytes: unknown')).files[0]?.sizeBytes).toBeUndefined();
    expect(problemsOf(good.replace('sizeBytes: 10, ', ''))).toEqual(['files[0].sizeBytes is missing']);
  });

  it('reads members of archives, whose digest is that of the archive', () => {
    const archives = `archives: [{ name: release, format: tar.bz2, sha256: ${digest}, sizeBytes: 9, url: 'https://x.example/a' }]\n`;
    const member = (archive: string) =>
      good.replace(/ {2}- \{ path.*\n/, `  - { path: model.onnx, archive: ${archive}, member: a/model.onnx }\n`) + archives;
    expect(readEntry('x', member('release')).files[0]?.origin).toEqual({ kind: 'member', archive: 'release', member: 'a/model.onnx' });
    expect(problemsOf(member('another'))).toEqual([expect.stringContaining("is not one of the entry's archives")]);
    expect(problemsOf(member('release').replace('tar.bz2', 'rar'))).toEqual([expect.stringContaining('is not one of tar.gz')]);
  });

  it('refuses a bomb of aliases, and what is no YAML', () => {
    expect(problemsOf('a: &a [x]\nb: [*a]\n')).toEqual([expect.stringContaining('is not YAML')]);
    expect(problemsOf('{')).toEqual([expect.stringContaining('is not YAML')]);
    expect(problemsOf('- a\n')).toContain('the file is not a set of names and values');
    expect(problemsOf(`name: ${'x'.repeat(300_000)}`)).toEqual([expect.stringContaining('is longer than')]);
  });
});

describe('the catalogue that ships', () => {
  const entries = new Catalogue().list();

  it('breaks no rule', () => expect(new Catalogue().check()).toEqual([]));

  it('has a model for every task that the suite has engines in mind for', () => {
    const tasks = new Set(entries.map(({ task }) => task));
    for (const task of ['face-detection', 'face-embedding', 'object-detection', 'unsafe-content', 'text-detection'])
      expect(tasks).toContain(task);
    for (const task of ['speech-recognition', 'speaker-embedding', 'speech-synthesis', 'voice-activity'])
      expect(tasks).toContain(task);
  });

  it('pins each content to one digest and each place in a package to one file', () => {
    const digests = new Map<string, number | undefined>();
    for (const { files } of entries) {
      for (const { sha256, sizeBytes } of files) {
        if (sha256 === undefined || sizeBytes === undefined) continue;
        expect(digests.get(sha256) ?? sizeBytes).toBe(sizeBytes);
        digests.set(sha256, sizeBytes);
      }
    }
    expect(digests.size).toBeGreaterThan(30);
  });
});

describe('Catalogue', () => {
  it('lists the violations of all entries, and names entries by their files', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lantern-catalogue-'));
    await writeFile(join(folder, 'small.yaml'), good);
    await writeFile(join(folder, 'other.yaml'), good);
    await writeFile(join(folder, 'worse.yaml'), 'name: worse\n');
    const catalogue = new Catalogue(folder);
    expect(catalogue.find('small')?.name).toBe('small');
    expect(catalogue.find('../small')).toBeUndefined();
    const problems = catalogue.check();
    expect(problems).toContain('other.yaml: name is small, but the file is other.yaml');
    expect(problems.filter((problem) => problem.startsWith('worse.yaml: ')).length).toBeGreaterThan(3);
    expect(() => catalogue.list()).toThrow(CatalogueError);
    await rm(folder, { recursive: true });
  });
});
