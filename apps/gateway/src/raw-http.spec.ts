import { once } from 'node:events';
import { request as http1Request, type IncomingMessage } from 'node:http';
import { connect as http2Connect, constants, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2';
import { connect } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import type { HttpRequest, HttpResponse } from '@lantern/aws-protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { openPort, type OpenPort } from './one-port.fixture.js';
import { isComplete, onceClosed, send, toHttpRequest, type RawRequest } from './raw-http.js';

const textOf = async (stream: AsyncIterable<Buffer | string>) => {
  let text = '';
  for await (const chunk of stream) text += chunk.toString();
  return text;
};

describe('requests and responses on the raw connection', () => {
  let open: OpenPort;
  let session: ClientHttp2Session;
  const requests: HttpRequest[] = [];
  const outcomes: (boolean | 'failed')[] = [];
  /** Answers every request with what `respond` says, as the pipeline does. */
  const started = async (respond: (raw: RawRequest) => HttpResponse) => {
    requests.length = outcomes.length = 0;
    open = await openPort((raw, out) => {
      requests.push(toHttpRequest(raw));
      onceClosed(out, () => outcomes.push(isComplete(out)));
      send(raw, out, respond(raw)).catch(() => outcomes.push('failed'));
    });
    session = http2Connect(`http://127.0.0.1:${open.number}`);
    session.on('error', () => undefined);
  };
  afterEach(async () => {
    session.destroy();
    await open.close();
  });

  it('reads an HTTP/2 request without its pseudo-headers, its authority as the host', async () => {
    await started(() => ({ status: 200, headers: {} }));
    const fields = { ':path': '/a%20b?c=d', ':method': 'DELETE', ':authority': 'a:1', host: 'b', 'x-a': ['1', '2'] };
    await once(session.request(fields), 'response');
    expect(requests[0]).toMatchObject({ scheme: 'http', method: 'DELETE', rawPath: '/a%20b', rawQuery: 'c=d' });
    expect(requests[0]?.headers).toEqual({ host: 'a:1', 'x-a': '1, 2' });
  });

  it('says nothing of connections over HTTP/2, and states the length of a body', async () => {
    await started(() => ({
      status: 201,
      headers: { Connection: 'close', 'transfer-encoding': 'chunked', 'X-A': 'b' },
      body: 'ä',
    }));
    const stream = session.request({ ':path': '/' });
    const [head] = (await once(stream, 'response')) as [IncomingHttpHeaders];
    expect(head).toMatchObject({ ':status': 201, 'x-a': 'b', 'content-length': '2' });
    expect(Object.keys(head)).not.toContain('connection');
    expect(Object.keys(head)).not.toContain('transfer-encoding');
    expect(await textOf(stream)).toBe('ä');
    await expect.poll(() => outcomes).toEqual([true]);
  });

  it('sends a head alone to HEAD, 204 and 304', async () => {
    await started((raw) => ({
      status: Number(raw.url?.slice(1)),
      headers: raw.method === 'HEAD' ? { 'content-length': '5' } : {},
      body: Readable.from([]),
    }));
    for (const [path, method] of [
      ['/200', 'HEAD'],
      ['/204', 'GET'],
      ['/304', 'GET'],
    ] as const) {
      const stream = session.request({ ':path': path, ':method': method });
      const [head] = (await once(stream, 'response')) as [IncomingHttpHeaders];
      expect(head[':status']).toBe(Number(path.slice(1)));
      expect(await textOf(stream)).toBe('');
    }
    await expect.poll(() => outcomes).toEqual([true, true, true]);
  });

  it('produces no more of a large response than the client takes', async () => {
    let produced = 0;
    const body = new Readable({
      read() {
        produced += 65_536;
        this.push(produced > 64 << 20 ? null : Buffer.alloc(65_536));
      },
    });
    await started(() => ({ status: 200, headers: {}, body }));
    const stream = session.request({ ':path': '/' });
    await once(stream, 'response');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(produced).toBeLessThan(2 << 20);
    let received = 0;
    for await (const chunk of stream) received += (chunk as Buffer).length;
    expect(received).toBe(64 << 20);
  });

  it('knows that a client reset its stream, and lets go of the body', async () => {
    const body = new PassThrough();
    await started(() => ({ status: 200, headers: {}, body }));
    const stream = session.request({ ':path': '/' });
    body.write('beginning');
    await once(stream, 'data');
    stream.close(constants.NGHTTP2_CANCEL);
    await expect.poll(() => outcomes).toHaveLength(2);
    expect(outcomes).toEqual(expect.arrayContaining([false, 'failed']));
    expect(body.destroyed).toBe(true);
  });

  it('answers an upload that nobody reads, and tells the client to stop sending', async () => {
    await started(() => ({ status: 403, headers: {}, body: 'no' }));
    const stream = session.request({ ':path': '/', ':method': 'PUT' });
    const chunk = Buffer.alloc(1 << 20);
    for (let i = 0; i < 8; i++) stream.write(chunk);
    const [head] = (await once(stream, 'response')) as [IncomingHttpHeaders];
    expect(head[':status']).toBe(403);
    expect(await textOf(stream)).toBe('no');
    await expect.poll(() => stream.closed).toBe(true);
    expect(stream.rstCode).toBe(constants.NGHTTP2_NO_ERROR);
  });

  it('closes the HTTP/1.1 connection of a large upload that nobody reads', async () => {
    await started(() => ({ status: 403, headers: {}, body: 'no' }));
    const outgoing = http1Request({ port: open.number, method: 'PUT', headers: { 'content-length': 8 << 20 } });
    outgoing.on('error', () => undefined);
    outgoing.write('x');
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    expect(response.headers.connection).toBe('close');
    outgoing.destroy();
  });

  it('keeps a conversation open both ways, over HTTP/2 and HTTP/1.1', async () => {
    await started((raw) => ({ status: 200, headers: {}, body: raw.pipe(new PassThrough()), duplex: true }));
    const stream = session.request({ ':path': '/', ':method': 'POST' });
    // The head comes before anything was said.
    await once(stream, 'response');
    for (const word of ['one', 'two']) {
      stream.write(word);
      const [heard] = (await once(stream, 'data')) as [Buffer];
      expect(heard.toString()).toBe(word);
    }
    stream.end();
    await once(stream, 'close');

    const socket = connect(open.number, '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n');
    const [head] = (await once(socket, 'data')) as [Buffer];
    expect(head.toString()).toMatch(/^HTTP\/1.1 200 OK/);
    socket.write('3\r\none\r\n');
    const [heard] = (await once(socket, 'data')) as [Buffer];
    expect(heard.toString()).toContain('one');
    socket.destroy();
  });
});
