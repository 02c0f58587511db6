import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { OutboundFailedError, OutboundHttp, OutboundRefusedError, type OutboundConfig } from './index.js';

const open: { close(): void }[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

const portOf = (server: { address(): AddressInfo | string | null }) => (server.address() as AddressInfo).port;

/** A server on a loopback address of its own, and the requests that it got. */
async function serve(answer: RequestListener, host = '127.0.0.1') {
  const requests: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      requests.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  open.push({ close: () => (server.close(), server.closeAllConnections()) });
  return { url: `http://${host}:${portOf(server)}`, port: portOf(server), requests };
}

/** A server that speaks no HTTP. */
async function serveRaw(greet: (socket: Socket) => void): Promise<string> {
  const sockets: Socket[] = [];
  const server = createTcpServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    greet(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({ close: () => (server.close(), sockets.forEach((socket) => socket.destroy())) });
  return `http://127.0.0.1:${portOf(server)}`;
}

const loopback = { allow: ['127.0.0.0/8'] };
const post = (config: OutboundConfig, url: string, timeoutMs = 3_000) =>
  new OutboundHttp(config).post(url, { headers: { 'content-type': 'text/plain' }, body: 'hällo', timeoutMs });

describe('OutboundHttp', () => {
  it('posts headers and body, and returns any status as an answer', async () => {
    const { url, requests } = await serve((_request, response) => response.writeHead(503).end('later'));
    const answer = await post(loopback, `${url}/hook?a=1`);
    expect(answer).toMatchObject({ status: 503, isBodyCut: false });
    expect(answer.body.toString()).toBe('later');
    expect(requests).toMatchObject([{ method: 'POST', url: '/hook?a=1', body: 'hällo' }]);
    expect(requests[0]?.headers).toMatchObject({ 'content-type': 'text/plain', 'content-length': '6' });
  });

  it('refuses loopback under every spelling, unless it is allowed, without opening a connection', async () => {
    const { port, requests } = await serve((_request, response) => response.end());
    const spellings = ['127.0.0.1', '2130706433', '0x7f.1', '0177.0.0.1', '127.1', '0', '[::1]', '[::ffff:127.0.0.1]'];
    for (const host of [
      ...spellings,
      'localhost',
      'LOCALHOST.',
      '１２７.0.0.1',
      '[::ffff:7f00:1]',
      '[64:ff9b::7f00:1]',
    ]) {
      await expect(post({}, `http://${host}:${port}/`), host).rejects.toBeInstanceOf(OutboundRefusedError);
    }
    expect(requests).toEqual([]);
    await post(loopback, `http://2130706433:${port}/`);
    await post({ allow: ['localhost'] }, `http://localhost:${port}/`);
    expect(requests).toHaveLength(2);
  });

  it.each([
    'http://169.254.169.254/latest/meta-data/',
    'http://[fd00:ec2::254]/latest/',
    'http://10.0.0.1/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'gopher://example.com/',
    'http://public.example@127.0.0.1/',
    'http://user:password@93.184.215.14/',
    'http://127.0.0.1#@public.example/',
    'http://127.0.0.1\\@public.example/',
    'http:///',
    'hook',
    '',
    `http://public.example/${'x'.repeat(9_000)}`,
  ])('refuses %s', async (url) => {
    const resolve = () => Promise.resolve(['127.0.0.1']);
    await expect(post({ resolve }, url)).rejects.toBeInstanceOf(OutboundRefusedError);
    await expect(new OutboundHttp({ resolve }).check(url)).rejects.toBeInstanceOf(OutboundRefusedError);
  });

  it('connects to the address that it checked, and asks the name server once', async () => {
    const { port, requests } = await serve((_request, response) => response.end(), '127.0.0.3');
    const answers = [['10.9.9.9', '127.0.0.3'], ['127.0.0.1'], ['127.0.0.1']];
    let asked = 0;
    const resolve = () => Promise.resolve(answers[asked++] ?? []);
    // Of the first answer only 127.0.0.3 is allowed; a second look-up would lead to where nobody listens.
    const answer = await post({ allow: ['127.0.0.3'], resolve }, `http://rebinding.example:${port}/`);
    expect(answer.status).toBe(200);
    expect(asked).toBe(1);
    expect(requests[0]?.headers.host).toBe(`rebinding.example:${port}`);
  });

  it('refuses a name that leads to private addresses only, and fails where it leads nowhere', async () => {
    const named = (addresses: readonly string[]) =>
      post({ resolve: () => Promise.resolve(addresses) }, 'http://name.example/');
    await expect(named(['10.0.0.1', '::1', '::ffff:10.0.0.1'])).rejects.toBeInstanceOf(OutboundRefusedError);
    await expect(named([])).rejects.toBeInstanceOf(OutboundFailedError);
    const resolve = () => Promise.reject(new Error('ENOTFOUND'));
    await expect(post({ resolve }, 'http://name.example/')).rejects.toBeInstanceOf(OutboundFailedError);
    await expect(new OutboundHttp({ resolve }).check('http://name.example/')).resolves.toBeUndefined();
  });

  it('repeats the post on 307 and 308, and tells another server no credentials', async () => {
    const second = await serve((_request, response) => response.end('there'), '127.0.0.2');
    const first = await serve((request, response) =>
      request.url === '/a'
        ? response.writeHead(308, { location: '/b' }).end()
        : response.writeHead(307, { location: `${second.url}/c` }).end(),
    );
    const request = { headers: { Authorization: 'Basic eA==', 'x-kept': '1' }, body: 'hällo', timeoutMs: 3_000 };
    const answer = await new OutboundHttp(loopback).post(`${first.url}/a`, request);
    expect(answer.body.toString()).toBe('there');
    expect(first.requests.map(({ url, body }) => [url, body])).toEqual([
      ['/a', 'hällo'],
      ['/b', 'hällo'],
    ]);
    expect(first.requests[1]?.headers.authorization).toBe('Basic eA==');
    expect(second.requests).toMatchObject([{ method: 'POST', url: '/c', body: 'hällo', headers: { 'x-kept': '1' } }]);
    expect(second.requests[0]?.headers.authorization).toBeUndefined();
  });

  it('returns redirects that would lose the message as they are', async () => {
    const { url, requests } = await serve((_request, response) => response.writeHead(302, { location: '/b' }).end());
    expect((await post(loopback, url)).status).toBe(302);
    expect(requests).toHaveLength(1);
  });

  it.each([
    'http://127.0.0.2:9/',
    'http://10.0.0.1/',
    'http://169.254.169.254/',
    'file:///etc/passwd',
    'http://a@b/',
    '//[',
  ])('refuses a redirect to %s', async (location) => {
    const { url } = await serve((_request, response) => response.writeHead(307, { location }).end());
    await expect(post({ allow: ['127.0.0.1'] }, url)).rejects.toBeInstanceOf(OutboundRefusedError);
  });

  it('follows five redirects and not six', async () => {
    const { url, requests } = await serve((request, response) => {
      const left = Number(request.url?.slice(1));
      response.writeHead(left > 0 ? 307 : 200, { location: `/${left - 1}` }).end();
    });
    expect((await post(loopback, `${url}/5`)).status).toBe(200);
    await expect(post(loopback, `${url}/6`)).rejects.toBeInstanceOf(OutboundRefusedError);
    expect(requests).toHaveLength(12);
  });

  it('stops reading a body that does not end', async () => {
    let written = 0;
    const { url } = await serve((_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(16_384))) written += 16_384;
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    const answer = await post({ ...loopback, maxBodyBytes: 100_000 }, url);
    expect(answer.isBodyCut).toBe(true);
    expect(answer.body).toHaveLength(100_000);
    const before = written;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(written - before).toBeLessThan(10_000_000);
  });

  it.each([
    ['says nothing', () => undefined],
    ['drips a head', (socket: Socket) => drip(socket, 'HTTP/1.1 200 OK\r\nx-a: 1\r\n'.repeat(100))],
    ['drips a body', (socket: Socket) => drip(socket, `HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(1_000)}`, 19)],
  ])('gives up on a server that %s', async (_name, greet) => {
    const url = await serveRaw(greet);
    const began = performance.now();
    await expect(post(loopback, url, 300)).rejects.toBeInstanceOf(OutboundFailedError);
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it('gives up on a name server that does not answer', async () => {
    const resolve = () => new Promise<string[]>(() => undefined);
    await expect(post({ resolve }, 'http://slow.example/', 100)).rejects.toBeInstanceOf(OutboundFailedError);
  });

  it.each([
    ['no HTTP', 'SSH-2.0-OpenSSH\r\n'],
    ['a head without end', `HTTP/1.1 200 OK\r\nx-a: ${'a'.repeat(40_000)}`],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'],
    ['half a body', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nab'],
  ])('fails on %s', async (_name, bytes) => {
    const url = await serveRaw((socket) => socket.end(bytes));
    await expect(post(loopback, url)).rejects.toBeInstanceOf(OutboundFailedError);
  });

  it('fails where nobody listens, and when the caller gives up', async () => {
    await expect(post(loopback, 'http://127.0.0.1:9/')).rejects.toBeInstanceOf(OutboundFailedError);
    const url = await serveRaw(() => undefined);
    const request = { headers: {}, body: '', timeoutMs: 60_000, signal: AbortSignal.timeout(50) };
    await expect(new OutboundHttp(loopback).post(url, request)).rejects.toBeInstanceOf(OutboundFailedError);
  });
});

/** Sends the first bytes at once and the others one by one. */
function drip(socket: Socket, text: string, nFirst = 1): void {
  if (text === '' || socket.destroyed) return;
  socket.write(text.slice(0, nFirst));
  setTimeout(() => drip(socket, text.slice(nFirst)), 20);
}
