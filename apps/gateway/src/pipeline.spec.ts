import { once } from 'node:events';
import { request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { createRecogniser, ServiceError, type Call, type Handler, type Operation } from '@lantern/aws-protocol';
import { comprehend } from '@lantern/comprehend';
import { translate } from '@lantern/translate';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Deadlines } from './deadlines.js';
import { Pipeline, type PipelineParts } from './pipeline.js';
import { createHttp1Server } from './server.js';

const apiKey = 'key-of-the-test';
const principal = { account: '111122223333', arn: 'arn:aws:iam::111122223333:root', userId: 'x', accessKeyId: 'y' };
const target = 'Comprehend_20171127.DetectDominantLanguage';

type Answer = (input: { Text: string }, call: Call) => Promise<unknown>;

/** The pipeline behind a real server; the one handler is the test's. */
class Door {
  readonly lines: Record<string, unknown>[] = [];
  readonly pipeline: Pipeline;
  private readonly server: Server;
  private readonly deadlines = new Deadlines(Date.now, 10);

  constructor(answer: Answer, changes: Partial<PipelineParts> = {}) {
    const sink = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        this.lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
        done();
      },
    });
    // The recogniser gives this handler only what DetectDominantLanguage's schema admits.
    const handler = { handle: answer } as unknown as Handler<Operation>;
    this.pipeline = new Pipeline({
      recognise: createRecogniser([comprehend, translate]),
      credentials: {
        byAccessKeyId: () => undefined,
        byApiKey: (key) => (key === apiKey ? { accessKeyId: 'y', secretAccessKey: 'z', principal } : undefined),
      },
      handlerOf: ({ operation }) => (operation.name === 'DetectDominantLanguage' ? handler : undefined),
      takeToken: () => true,
      deadlines: this.deadlines,
      log: pino({ level: 'info', base: null }, sink),
      mode: 'strict',
      region: 'us-east-1',
      callTimeoutMs: 5_000,
      ...changes,
    });
    this.server = createHttp1Server((raw, out) => void this.pipeline.handle(raw, out), 60_000);
  }

  async open(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.deadlines.close();
    this.server.close();
    this.server.closeAllConnections();
  }
}

describe('the pipeline', () => {
  let door: Door;
  let url: string;
  const open = async (answer: Answer, changes?: Partial<PipelineParts>) => {
    door = new Door(answer, changes);
    url = await door.open();
  };
  beforeEach(() => open(async () => ({ Languages: [{ LanguageCode: 'en', Score: 1 }] })));
  afterEach(() => door.close());
  const reopen = async (answer: Answer, changes?: Partial<PipelineParts>) => {
    door.close();
    await open(answer, changes);
  };

  const call = (body = '{"Text":"a secret text"}', headers: Record<string, string> = {}) =>
    fetch(url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${apiKey}`,
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': target,
        ...headers,
      },
      body,
    });
  const callAs = async (authorization: string) => (await call(undefined, { authorization })).status;

  it('answers with a request id, and logs one line without what was asked', async () => {
    await reopen(async (_input, call) => {
      call.note('model', 'abc');
      return { Languages: [] };
    });
    const response = await call();
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ Languages: [] });
    expect(door.lines).toEqual([
      expect.objectContaining({
        requestId: response.headers.get('x-amzn-requestid'),
        account: principal.account,
        region: 'us-east-1',
        service: 'comprehend',
        operation: 'DetectDominantLanguage',
        status: 200,
        durationMs: expect.any(Number) as number,
        model: 'abc',
      }),
    ]);
    expect(JSON.stringify(door.lines)).not.toContain('secret');
  });

  it('lets nobody in without credentials, or with wrong ones', async () => {
    let nCalls = 0;
    await reopen(async () => void nCalls++);
    expect(await callAs('')).toBe(400);
    expect(await callAs('Bearer other')).toBe(403);
    expect(nCalls).toBe(0);
  });

  it('refuses what the schema forbids before the handler sees it', async () => {
    let nCalls = 0;
    await reopen(async () => void nCalls++);
    const response = await call('{"Text":""}');
    expect([response.status, ((await response.json()) as { __type: string }).__type]).toEqual([
      400,
      'ValidationException',
    ]);
    expect(nCalls).toBe(0);
  });

  it('tells the client a modelled error as it is', async () => {
    await reopen(() => Promise.reject(new ServiceError('TooManyRequestsException', 'Slowly', 429)));
    const response = await call();
    expect([response.status, await response.json()]).toEqual([
      429,
      { __type: 'TooManyRequestsException', message: 'Slowly', Message: 'Slowly' },
    ]);
    expect(door.lines.map(({ level }) => level)).toEqual([30]);
  });

  it('tells the client of an unexpected error only its id, and the log the rest', async () => {
    await reopen(() => Promise.reject(new Error('password of the database')));
    const response = await call();
    const body = await response.text();
    const requestId = response.headers.get('x-amzn-requestid') ?? 'none';
    expect(response.status).toBe(500);
    expect(body).toContain(requestId);
    expect(body).not.toContain('password');
    expect(door.lines[0]).toMatchObject({ level: 50, requestId, err: { message: 'password of the database' } });
  });

  it('says what is not done', async () => {
    const response = await call('{}', { 'x-amz-target': 'Comprehend_20171127.DetectSyntax' });
    expect(response.status).toBe(400);
    const valid = await call('{"Text":"x","LanguageCode":"en"}', {
      'x-amz-target': 'Comprehend_20171127.DetectSyntax',
    });
    expect(valid.status).toBe(501);
    expect(await valid.text()).toContain('no part-of-speech model');
  });

  it('slows down an account that asks too much, so that clients retry', async () => {
    await reopen(async () => ({}), { takeToken: () => ({ retryAfterMs: 1_200 }) });
    const response = await call();
    expect(response.status).toBe(400);
    expect(response.headers.get('retry-after')).toBe('2');
    expect(await response.json()).toMatchObject({ __type: 'ThrottlingException' });
  });

  it('gives up a call that takes too long, also where the handler does not listen', async () => {
    let signal: AbortSignal | undefined;
    await reopen(
      (_input, call) => {
        signal = call.signal;
        return new Promise(() => undefined);
      },
      { callTimeoutMs: 50 },
    );
    const response = await call();
    expect(response.status).toBe(503);
    expect(signal?.aborted).toBe(true);
    expect(door.pipeline.nInFlight).toBe(0);
  });

  it('gives up a client that does not send its body', async () => {
    await reopen(async () => ({}), { callTimeoutMs: 50 });
    const slow = request(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'x-amz-target': target, 'content-length': '100' },
    });
    slow.on('error', () => undefined);
    slow.write('{"Text":');
    const [response] = (await once(slow, 'response')) as [{ statusCode?: number }];
    expect(response.statusCode).toBe(503);
    slow.destroy();
  });

  it('tells the handler that the client has left', async () => {
    let left: Promise<unknown> | undefined;
    const called = new Promise<void>((resolve) => {
      void reopen((_input, { signal }) => {
        left = once(signal, 'abort');
        resolve();
        return new Promise(() => undefined);
      }).then(() => {
        const leaving = new AbortController();
        void fetch(url, {
          method: 'POST',
          headers: { authorization: `Bearer ${apiKey}`, 'x-amz-target': target },
          body: '{"Text":"x"}',
          signal: leaving.signal,
        }).catch(() => undefined);
        setTimeout(() => leaving.abort(), 200);
      });
    });
    await called;
    await left;
    await expect.poll(() => door.pipeline.nInFlight).toBe(0);
  });

  it('refuses a body beyond the limit of its operation without taking it in', async () => {
    const response = await call(`{"Text":"${'x'.repeat(8 << 20)}"}`).catch(() => undefined);
    expect([undefined, 413]).toContain(response?.status);
    expect((await call()).status).toBe(200);
  });
});
