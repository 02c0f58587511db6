import { createHash, createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { SignatureV4 } from '@smithy/signature-v4';
import { temporaryFolder } from '@lantern/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seeded } from '../support/malformed.js';
import { malformedHttp2, malformedMessages, upgradeRequest } from '../support/malformed-frames.js';
import { freePort, startProgram, type Credentials, type StartedSuite } from '../support/started-suite.js';

const count = 5_000;
const lanes = 16;

const residentMiB = (pid: number) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
const nSockets = (pid: number) => readdirSync(`/proc/${pid}/fd`).length;

/** Writes `parts` in turn, each after the peer answered the former, and resolves with everything that came back. */
function converse(port: number, parts: readonly (string | Buffer)[]): Promise<Buffer> {
  return new Promise((resolve) => {
    const heard: Buffer[] = [];
    const socket = connect(port, '127.0.0.1');
    let next = 0;
    const done = () => {
      socket.destroy();
      resolve(Buffer.concat(heard));
    };
    const say = () => {
      const part = parts[next++];
      if (part !== undefined) socket.write(part);
      // A peer that waits for more is left after a moment.
      socket.setTimeout(30, part === undefined ? done : say);
    };
    socket.on('connect', say);
    socket.on('data', (chunk: Buffer) => {
      heard.push(chunk);
      if (next < parts.length) say();
    });
    socket.on('error', done).on('close', done);
  });
}

/** Path and query of a WebSocket to Transcribe, signed for an hour. */
async function presignedPath(host: string, credentials: Credentials): Promise<string> {
  const signer = new SignatureV4({ service: 'transcribe', region: 'us-east-1', credentials, sha256: Sha256 });
  const { path, query } = await signer.presign(
    {
      method: 'GET',
      protocol: 'http:',
      hostname: host,
      path: '/stream-transcription-websocket',
      query: { 'language-code': 'en-US', 'media-encoding': 'pcm', 'sample-rate': '16000' },
      headers: { host },
    },
    { expiresIn: 3600 },
  );
  const pairs = Object.entries(query ?? {}).map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  return `${path}?${pairs.join('&')}`;
}

/** What the signer wants of a hash. */
class Sha256 {
  private readonly hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.hash.update(bytesOf(data));
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.hash.digest());
  }
  reset(): void {
    throw new Error('the signer hashes once');
  }
}

const bytesOf = (data: string | ArrayBuffer | ArrayBufferView): Buffer => {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data);
};

describe.skipIf(process.platform !== 'linux')('malformed frames', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let suite: StartedSuite;
  let port: number;
  let authorization: string;
  beforeAll(async () => {
    folder = await temporaryFolder('malformed-frames');
    port = await freePort();
    // Calls whose body never ends are given up soon, and their connections with them.
    suite = await startProgram(join(folder.path, 'data'), port, { LANTERN_CALL_TIMEOUT_MS: '2000' });
    authorization = `Bearer ${suite.credentials.apiKey}`;
  });
  afterAll(async () => {
    const code = await suite.stop();
    await folder.remove();
    expect(code).toBe(0);
  });

  /** Holds `count` conversations, and checks that the suite is as well after them as before. @returns what was heard */
  const survives = async (parts: () => (string | Buffer)[], wasAnswer: (heard: Buffer) => boolean) => {
    const before = nSockets(suite.pid);
    let [warm, nAnswered] = [0, 0];
    for (let i = 0; i < count; i += lanes) {
      const heard = await Promise.all(Array.from({ length: lanes }, () => converse(port, parts())));
      nAnswered += heard.filter(wasAnswer).length;
      if (i % 1_000 < lanes) expect((await fetch(`${suite.url}/health`)).status).toBe(200);
      if (i < 1_000) warm = residentMiB(suite.pid);
    }
    await expect.poll(() => nSockets(suite.pid), { timeout: 120_000, interval: 500 }).toBeLessThan(before + 10);
    const growth = residentMiB(suite.pid) - warm;
    console.log(
      `${nAnswered} of ${count} were answered; memory grew by ${growth.toFixed(0)} MiB after the first 1,000`,
    );
    expect(growth).toBeLessThan(100);
    // What a peer does wrong is no failure of ours: nothing is logged as an error, and nothing crashed.
    expect(suite.output()).not.toMatch(/"level":[56]0/);
    return nAnswered;
  };

  it(`of HTTP/2, on ${count} connections, crash nothing and leave nothing behind`, async () => {
    const random = seeded('malformed HTTP/2');
    // A frame of settings, which a server says first, or a response.
    const answered = await survives(
      () => [malformedHttp2(random, authorization)],
      (heard) => heard.length > 9,
    );
    expect(answered).toBeGreaterThan(count / 2);
  });

  it(`of WebSockets, on ${count} connections, crash nothing and leave nothing behind`, async () => {
    const random = seeded('malformed WebSocket');
    const { host } = new URL(suite.url);
    const path = await presignedPath(host, suite.credentials);
    const answered = await survives(
      () => [upgradeRequest(random, host, path), malformedMessages(random)],
      (heard) => heard.toString('latin1').startsWith('HTTP/1.1 101 '),
    );
    expect(answered).toBeGreaterThan(count / 2);
  });
});
