import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { temporaryFolder } from '@lantern/testing';
import { describe, expect, it } from 'vitest';
import { malformedCbor, malformedConversation } from '../support/malformed-binary.js';
import { malformed, seeded, type Malformed } from '../support/malformed.js';
import { freePort, startProgram } from '../support/started-suite.js';

const count = 10_000;
const residentMiB = (pid: number) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

/** Sends as told and resolves with the status; a connection that the server closes is 0. */
const send = (agent: Agent, port: number, { method, path, headers, body }: Malformed) =>
  new Promise<number>((resolve) => {
    const length = method === 'GET' || method === 'HEAD' ? {} : { 'content-length': String(body.length) };
    const outgoing = request(
      { agent, host: '127.0.0.1', port, method, path, headers: { ...headers, ...length } },
      (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
        response.on('error', () => resolve(0));
      },
    );
    outgoing.on('error', () => resolve(0));
    outgoing.setTimeout(20_000, () => outgoing.destroy());
    outgoing.end(length['content-length'] ? body : undefined);
  });

/** A suite of its own with a bucket called fuzz, told what it makes of hostile requests. */
async function survives(name: string, make: (random: () => number, i: number, authorization: string) => Malformed) {
  const folder = await temporaryFolder('malformed');
  const port = await freePort();
  const suite = await startProgram(join(folder.path, 'data'), port, { LANTERN_RATE_LIMIT: '0' });
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const random = seeded(name);
  const authorization = `Bearer ${suite.credentials.apiKey}`;
  await send(agent, port, { method: 'PUT', path: '/fuzz', headers: { authorization }, body: Buffer.alloc(0) });

  const statuses = new Map<number, number>();
  let warm = 0;
  for (let i = 0; i < count; i += 8) {
    const batch = Array.from({ length: 8 }, (_, lane) => send(agent, port, make(random, i + lane, authorization)));
    for (const status of await Promise.all(batch)) statuses.set(status, (statuses.get(status) ?? 0) + 1);
    if (i === 2_000) warm = residentMiB(suite.pid);
  }
  const huge: Malformed = {
    method: 'POST',
    path: '/',
    headers: {
      authorization,
      'x-amz-target': 'Comprehend_20171127.DetectDominantLanguage',
      'content-type': 'application/x-amz-json-1.1',
    },
    body: Buffer.alloc(64 << 20, 'a'),
  };
  for (let i = 0; i < 4; i++) expect([0, 400, 413]).toContain(await send(agent, port, huge));

  const growth = residentMiB(suite.pid) - warm;
  console.log(
    `statuses ${JSON.stringify(Object.fromEntries(statuses))}; memory grew by ${growth.toFixed(0)} MiB after the first 2,000`,
  );
  expect([...statuses.keys()].filter((status) => status >= 500 && status !== 501)).toEqual([]);
  // Nobody waits in vain, also behind a request whose body was refused half-way on the same connection.
  expect(statuses.get(0) ?? 0).toBe(0);
  expect(statuses.get(400) ?? 0).toBeGreaterThan(1_000);
  expect(growth).toBeLessThan(100);
  expect((await fetch(`${suite.url}/health`)).status).toBe(200);
  expect(await suite.stop()).toBe(0);
  agent.destroy();
  await folder.remove();
}

describe.skipIf(process.platform !== 'linux')('malformed input', () => {
  it(`of ${count} kinds crashes nothing, makes no 500 and keeps memory flat`, () =>
    survives('malformed input', malformed));

  it(`in binary, half of it CBOR and half events, neither, in ${count} requests`, () =>
    survives('malformed binary', (random, i, authorization) =>
      i % 2 ? malformedCbor(random, authorization) : malformedConversation(random, authorization),
    ));
});
