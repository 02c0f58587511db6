import { execFileSync } from 'node:child_process';
import { buffer } from 'node:stream/consumers';
import { JobCutOff } from '@lantern/jobs';
import { DirectoryObjectStore, openDatabase, type Database } from '@lantern/store';
import { temporaryFolder } from '@lantern/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analyseDocuments, type DocumentAnalysis } from './analyse-documents.js';

const account = '111122223333';
const output = { account, bucket: 'outputs', key: 'r/111122223333-LANGUAGE-1/output/output.tar.gz' };

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let database: Database;
let objects: DirectoryObjectStore;
beforeAll(async () => {
  folder = await temporaryFolder('analyse');
  database = await openDatabase({ dataDir: folder.path });
  objects = await DirectoryObjectStore.open({ dataDir: folder.path, database: database.kysely });
  for (const bucket of ['inputs', 'outputs']) await objects.createBucket({ account, bucket }, 'us-east-1');
});
afterAll(async () => {
  await objects.close();
  await database.close();
  await folder.remove();
});

const put = (key: string, body: string) => objects.put({ account, bucket: 'inputs', key }, Buffer.from(body));

function analysis(prefix: string, more: Partial<DocumentAnalysis> = {}): DocumentAnalysis {
  return {
    input: {
      account,
      bucket: 'inputs',
      key: prefix,
      withoutKeysUnder: { bucket: 'outputs', key: 'r/111122223333-LANGUAGE-1/' },
    },
    format: 'ONE_DOC_PER_LINE',
    maxDocumentBytes: 1_000,
    output,
    date: new Date('2026-11-01T00:00:00Z'),
    analyse: async (text) => ({ Languages: text.toUpperCase() }),
    ...more,
  };
}

const progressed: number[] = [];
const run = (signal = new AbortController().signal) => ({
  signal,
  progress: (percent: number) => void progressed.push(percent),
});

async function written(): Promise<unknown[]> {
  const archive = await buffer((await objects.get(output)).body);
  const lines = execFileSync('tar', ['-xzO', 'output'], { input: archive }).toString().split('\n');
  return lines.slice(0, -1).map((line) => JSON.parse(line) as unknown);
}

describe('analyseDocuments', () => {
  it('answers every line of every object under the prefix, in order', async () => {
    await put('lines/', '');
    await put('lines/a', 'one\ntwo\n');
    await put('lines/b/c', `${'x'.repeat(1_001)}\nfour`);
    await put('linesman', 'not under lines/');
    expect(await analyseDocuments(objects, analysis('lines/'), run())).toEqual({ nAnswered: 3, nErrors: 1 });
    expect(await written()).toEqual([
      { File: 'a', Languages: 'ONE', Line: 0 },
      { File: 'a', Languages: 'TWO', Line: 1 },
      {
        ErrorCode: 'DOCUMENT_SIZE_EXCEEDED',
        ErrorMessage: 'Document size exceeds maximum size limit 1000 bytes.',
        File: 'b/c',
        Line: 0,
      },
      { File: 'b/c', Languages: 'FOUR', Line: 1 },
    ]);
  });

  it('answers files as wholes, without a line, and those that are too large with an error', async () => {
    await put('files/1', 'one\ntwo');
    await put('files/2', 'x'.repeat(1_001));
    await put('files/3', 'three');
    expect(await analyseDocuments(objects, analysis('files/', { format: 'ONE_DOC_PER_FILE' }), run())).toEqual({
      nAnswered: 2,
      nErrors: 1,
    });
    expect(await written()).toEqual([
      { File: '1', Languages: 'ONE\nTWO' },
      {
        ErrorCode: 'DOCUMENT_SIZE_EXCEEDED',
        ErrorMessage: 'Document size exceeds size limit 1000 bytes.',
        File: '2',
      },
      { File: '3', Languages: 'THREE' },
    ]);
  });

  it('takes a URI that names one object', async () => {
    await put('single', 'alone');
    await analyseDocuments(objects, analysis('single'), run());
    expect(await written()).toEqual([{ File: 'single', Languages: 'ALONE', Line: 0 }]);
  });

  it('tells its progress, up to 100', async () => {
    await put('much', 'some words\n'.repeat(50_000));
    progressed.length = 0;
    await analyseDocuments(objects, analysis('much'), run());
    expect(progressed).toEqual([...progressed].sort((a, b) => a - b));
    expect(progressed[100]).toBeLessThan(100);
    expect(progressed.at(-1)).toBe(100);
  });

  it('writes the same bytes when it runs again, also with its first output in the input', async () => {
    const into = { account, bucket: 'inputs', key: 'again/111122223333-LANGUAGE-1/output/output.tar.gz' };
    const both = analysis('again', { output: into });
    const again = {
      ...both,
      input: { ...both.input, withoutKeysUnder: { bucket: 'inputs', key: 'again/111122223333-LANGUAGE-1/' } },
    };
    await put('again/a', 'one');
    await analyseDocuments(objects, again, run());
    const { etag } = await objects.head(into);
    expect(await analyseDocuments(objects, again, run())).toEqual({ nAnswered: 1, nErrors: 0 });
    expect((await objects.head(into)).etag).toBe(etag);
  });

  it('fails for good where a bucket or the input is missing, with a sentence for the user', async () => {
    await put('x', 'x');
    const elsewhere = { ...analysis('x').input, bucket: 'nowhere' };
    await expect(analyseDocuments(objects, analysis('x', { input: elsewhere }), run())).rejects.toMatchObject({
      name: 'JobFailure',
      message: expect.stringMatching(/^NO_READ_ACCESS_TO_INPUT: /) as string,
    });
    const target = { ...output, bucket: 'nowhere' };
    await expect(analyseDocuments(objects, analysis('x', { output: target }), run())).rejects.toMatchObject({
      name: 'JobFailure',
      message: expect.stringMatching(/^NO_WRITE_ACCESS_TO_OUTPUT: /) as string,
    });
    await expect(analyseDocuments(objects, analysis('none/'), run())).rejects.toMatchObject({
      name: 'JobFailure',
      message: 'NO_INPUT_FILES: No file begins with s3://inputs/none/.',
    });
  });

  it('passes on what is no fault of the customer, to be tried again', async () => {
    const broken = analysis('x', { analyse: () => Promise.reject(new Error('the worker died')) });
    await expect(analyseDocuments(objects, broken, run())).rejects.toThrow('the worker died');
  });

  /** A run over many documents that is cut off after a thousand. */
  async function cutOff(key: string, why: Error): Promise<void> {
    const cut = new AbortController();
    let asked = 0;
    const long = analysis('much', {
      output: { ...output, key },
      analyse: async () => {
        if (++asked === 1_000) cut.abort(why);
        return { Languages: [] };
      },
    });
    await expect(analyseDocuments(objects, long, run(cut.signal))).rejects.toBe(why);
    expect(asked).toBeLessThan(2_000);
  }

  it('writes nothing when it is cut off', async () => {
    await cutOff('r/closing', new JobCutOff('closing'));
    await expect(objects.head({ ...output, key: 'r/closing' })).rejects.toMatchObject({ code: 'NoSuchKey' });
  });

  it('writes what it has when it is stopped by its user', async () => {
    await cutOff(output.key, new JobCutOff('stop'));
    const lines = await written();
    expect(lines.length).toBeGreaterThan(500);
    expect(lines.length).toBeLessThan(1_001);
    expect(lines.at(-1)).toEqual({ File: 'much', Languages: [], Line: lines.length - 1 });
  });
});
