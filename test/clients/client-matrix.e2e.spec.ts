import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@lantern/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freePort, startProgram, type StartedSuite } from '../support/started-suite.js';
import { calls, transportNames, type ClientRun, type Reach } from './matrix/calls.js';
import { runJavaScript } from './matrix/javascript.js';
import { hasBoto3, hasCommandLine, runBoto3, runCommandLine } from './matrix/others.js';

const results = join(import.meta.dirname, '..', '..', '..', 'results', 'clients.json');
const missing = [...(hasBoto3() ? [] : ['boto3']), ...(hasCommandLine() ? [] : ['aws CLI'])];

describe(`the client matrix${missing.length ? ` (skipped: no ${missing.join(', no ')})` : ''}`, () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let suite: StartedSuite;
  let reach: Reach;
  beforeAll(async () => {
    folder = await temporaryFolder('matrix');
    const dataDir = join(folder.path, 'data');
    suite = await startProgram(dataDir, await freePort());
    const { accessKeyId, secretAccessKey, account } = suite.credentials;
    const certificateFile = join(dataDir, 'tls-certificate.pem');
    // The suite writes it a moment after its start.
    await vi.waitUntil(() => existsSync(certificateFile), { timeout: 30_000 });
    const { host } = new URL(suite.url);
    reach = { host, accessKeyId, secretAccessKey, account, certificateFile, folder: folder.path };
  });
  afterAll(async () => {
    await suite.stop();
    await folder.remove();
  });

  const runs: ClientRun[] = [];
  const everyCallWorks = (made: readonly ClientRun[], transports: readonly string[]) => {
    runs.push(...made);
    expect(made.map(({ transport }) => transport)).toEqual(transports);
    const wanted = Object.fromEntries(calls.map((name) => [name, 'ok']));
    for (const { client, transport, outcomes } of made)
      expect({ client, transport, outcomes }).toEqual({ client, transport, outcomes: wanted });
  };

  it('JavaScript, over everything that it speaks', async () => {
    everyCallWorks(await runJavaScript(reach), transportNames);
  });

  it.skipIf(!hasBoto3())('boto3, in clear and under TLS', async () => {
    everyCallWorks(await runBoto3(reach), ['HTTP/1.1', 'HTTP/1.1, TLS']);
  });

  it.skipIf(!hasCommandLine())('the aws command line, in clear and under TLS', async () => {
    everyCallWorks(await runCommandLine(reach), ['HTTP/1.1', 'HTTP/1.1, TLS']);
  });

  it.skipIf(missing.length > 0)('is written down for the README', async () => {
    expect(runs).toHaveLength(8);
    const date = new Date().toISOString().slice(0, 10);
    await writeFile(results, `${JSON.stringify({ name: 'clients', date, calls, runs }, null, 2)}\n`);
  });
});
