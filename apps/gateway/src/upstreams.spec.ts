import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { HttpRequest } from '@lantern/aws-protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { Upstreams } from './upstreams.js';

const opened: { close(): unknown }[] = [];
afterEach(() => void opened.splice(0).forEach((it) => it.close()));

async function upstream(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<URL> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.push({ close: () => (server.closeAllConnections(), server.close()) });
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

function upstreamsOf(...urls: URL[]): Upstreams {
  const upstreams = new Upstreams(new Map([['comprehend', urls]]));
  opened.push(upstreams);
  return upstreams;
}

const request = (more: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'POST',
  rawPath: '/a%2Fb//c',
  rawQuery: 'x=%20&y',
  headers: { host: 'lantern.example:1234', authorization: 'AWS4-HMAC-SHA256 x', connection: 'keep-alive, x' },
  body: Readable.from([Buffer.from('one'), Buffer.from('two')]),
  ...more,
});
const signal = new AbortController().signal;

describe('Upstreams', () => {
  it('passes host, path, query and bytes on as they came', async () => {
    let seen: unknown;
    const url = await upstream((incoming, response) => {
      void text(incoming).then((body) => {
        const { host, authorization } = incoming.headers;
        seen = { method: incoming.method, url: incoming.url, host, authorization, body };
        response.writeHead(201, { 'x-amzn-requestid': 'r', 'content-type': 'text/plain' }).end('answer');
      });
    });
    const response = await upstreamsOf(url).forward('comprehend', { request: request(), signal });
    expect(seen).toEqual({
      method: 'POST',
      url: '/a%2Fb//c?x=%20&y',
      host: 'lantern.example:1234',
      authorization: 'AWS4-HMAC-SHA256 x',
      body: 'onetwo',
    });
    expect(response.status).toBe(201);
    expect(response.headers).toMatchObject({ 'x-amzn-requestid': 'r', 'content-type': 'text/plain' });
    expect(response.headers).not.toHaveProperty('connection');
    expect(await text(response.body as Readable)).toBe('answer');
  });

  it('sends the form that was read to recognise the request', async () => {
    let body = '';
    const url = await upstream((incoming, response) => {
      void text(incoming).then((sent) => ((body = sent), response.end()));
    });
    const form = Buffer.from('Action=Publish');
    await upstreamsOf(url).forward('comprehend', { request: request({ body: Readable.from([]) }), form, signal });
    expect(body).toBe('Action=Publish');
  });

  it('streams both ways at once', async () => {
    const url = await upstream((incoming, response) => void incoming.pipe(response));
    const body = new Readable({ read: () => undefined });
    body.push('ping');
    const response = await upstreamsOf(url).forward('comprehend', { request: request({ body }), signal });
    const answer = (response.body as Readable)[Symbol.asyncIterator]();
    expect(String((await answer.next()).value)).toBe('ping');
    body.push('pong');
    expect(String((await answer.next()).value)).toBe('pong');
    body.push(null);
    expect((await answer.next()).done).toBe(true);
  });

  it('takes turns', async () => {
    const urls = await Promise.all(
      [1, 2].map((n) => upstream((incoming, response) => void (incoming.resume(), response.end(String(n))))),
    );
    const upstreams = upstreamsOf(...urls);
    const answers: string[] = [];
    for (let i = 0; i < 4; i++) {
      const { body } = await upstreams.forward('comprehend', { request: request(), signal });
      answers.push(await text(body as Readable));
    }
    expect(answers).toEqual(['1', '2', '1', '2']);
  });

  it('says 503 where nobody listens', async () => {
    const call = upstreamsOf(new URL('http://127.0.0.1:1')).forward('comprehend', { request: request(), signal });
    await expect(call).rejects.toMatchObject({ code: 'ServiceUnavailable', status: 503 });
  });

  it('gives up with its caller', async () => {
    const url = await upstream(() => undefined);
    const caller = new AbortController();
    const call = upstreamsOf(url).forward('comprehend', { request: request(), signal: caller.signal });
    setTimeout(() => caller.abort(), 20);
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
  });
});
