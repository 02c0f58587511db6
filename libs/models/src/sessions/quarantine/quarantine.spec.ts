import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { ModelFileSource } from '../model-sessions.js';
import type { LoadRequest } from '../runtime/load-request.js';
import { bomb, endless, increment, lookUp, sourceOf } from '../tiny-models.fixture.js';
import { Quarantine, type QuarantineOptions } from './quarantine.js';
import { Verdicts } from './verdicts.js';

const requestOf = ({ digest, ...source }: ModelFileSource): LoadRequest => ({
  digest,
  source,
  options: {},
  warmUp: {},
  batching: undefined,
});

describe('Quarantine', () => {
  let quarantine: Quarantine | undefined;
  const start = (options: Partial<QuarantineOptions> = {}) =>
    (quarantine = new Quarantine({
      timeoutMs: 10_000,
      memoryBytes: 2 ** 30,
      verdicts: new Verdicts(undefined),
      ...options,
    }));
  afterEach(() => quarantine?.close());

  it('passes a model that loads and runs, and tries it once', async () => {
    const trying = start();
    const request = requestOf(increment());
    await Promise.all([trying.prove(request), trying.prove(request)]);
    await trying.prove(request);
    expect(trying.nTried).toBe(1);
  });

  it('refuses one that does not load, each time, without trying it again', async () => {
    const trying = start();
    const request = requestOf(sourceOf(Buffer.from('no model')));
    await expect(trying.prove(request)).rejects.toMatchObject({ name: 'ModelLoadError', reason: 'rejected' });
    await expect(trying.prove(request)).rejects.toMatchObject({ reason: 'rejected', digest: request.digest });
    expect(trying.nTried).toBe(1);
  });

  it('ends a model that does not end by itself, and goes on with the next', async () => {
    const trying = start({ timeoutMs: 1_000 });
    await expect(trying.prove(requestOf(endless()))).rejects.toThrow('it was not ready after 1000 ms');
    await trying.prove(requestOf(increment()));
  });

  it('ends a model that takes more memory than it may', async () => {
    const trying = start({ memoryBytes: 200 * 2 ** 20 });
    await expect(trying.prove(requestOf(bomb(600)))).rejects.toMatchObject({ reason: 'memory' });
    await trying.prove(requestOf(increment()));
  });

  it('survives a process that crashes, and remembers what crashed it', async () => {
    const trying = start();
    const request = requestOf(endless());
    const proof = trying.prove(request);
    await expect.poll(() => trying.processId).toBeDefined();
    // The test stands in for the fault of native code: no file is known that provokes one.
    process.kill(trying.processId!, 'SIGSEGV');
    await expect(proof).rejects.toMatchObject({ reason: 'crash' });
    await expect(trying.prove(request)).rejects.toThrow('it ended the process that tried it (SIGSEGV)');
    expect(trying.nTried).toBe(1);
    await trying.prove(requestOf(increment()));
  });

  it('does not blame a model for being ended from outside', async () => {
    const trying = start();
    const proof = trying.prove(requestOf(endless()));
    await expect.poll(() => trying.processId).toBeDefined();
    process.kill(trying.processId!, 'SIGTERM');
    await expect(proof).rejects.toMatchObject({ reason: 'untried' });
  });

  it('keeps its verdicts in a file, and reads those of earlier times', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lantern-verdicts-'));
    try {
      const path = join(folder, 'deep', 'verdicts.jsonl');
      const [good, bad] = [requestOf(lookUp()), requestOf(sourceOf(Buffer.from('no model')))];
      const first = start({ verdicts: new Verdicts(path) });
      await first.prove(good);
      await first.prove(bad).catch(() => undefined);
      await first.close();
      await writeFile(path, `${await readFile(path, 'utf8')}{"key":"cut by a cra`);
      const second = start({ verdicts: new Verdicts(path) });
      await second.prove(good);
      await expect(second.prove(bad)).rejects.toMatchObject({ reason: 'rejected' });
      expect(second.nTried).toBe(0);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
