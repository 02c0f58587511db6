import { once } from 'node:events';
import { Agent, get, request as http1Request, type IncomingMessage } from 'node:http';
import { connect as http2Connect, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2';
import { Agent as TlsAgent, get as tlsGet } from 'node:https';
import { connect } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { openPort, type Answer, type OpenPort } from './one-port.fixture.js';
import { WebSockets } from './websocket/web-sockets.js';

/** Tells what arrived. */
const echo: Answer = (request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    response.statusCode = 200;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ version: request.httpVersion, method: request.method, url: request.url, body }));
  });
};

const textOf = async (stream: AsyncIterable<Buffer | string>) => {
  let text = '';
  for await (const chunk of stream) text += chunk.toString();
  return text;
};

const overHttp2 = async (session: ClientHttp2Session, path: string) => {
  const stream = session.request({ ':path': path });
  const [headers] = (await once(stream, 'response')) as [IncomingHttpHeaders];
  return { headers, body: JSON.parse(await textOf(stream)) as Record<string, string> };
};

const overHttp1 = async (outgoing: ReturnType<typeof get>) => {
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  return JSON.parse(await textOf(response)) as Record<string, string>;
};

describe('one port', () => {
  let open: OpenPort;
  const started = async (...how: Parameters<typeof openPort>) => (open = await openPort(...how));
  afterEach(() => open.close());

  it('answers HTTP/1.1 and HTTP/2, in clear and under TLS', async () => {
    const { number, identity } = await started(echo);
    const ca = identity.certificate;
    expect(await overHttp1(get(`http://127.0.0.1:${number}/a`))).toMatchObject({ version: '1.1', url: '/a' });
    expect(await overHttp1(tlsGet(`https://127.0.0.1:${number}/b`, { ca }))).toMatchObject({
      version: '1.1',
      url: '/b',
    });
    for (const url of [`http://127.0.0.1:${number}`, `https://127.0.0.1:${number}`]) {
      const session = http2Connect(url, { ca });
      expect((await overHttp2(session, '/c')).body).toMatchObject({ version: '2.0', url: '/c' });
      session.destroy();
    }
  });

  it('waits for a preface or a method that comes in pieces', async () => {
    const { number } = await started(echo);
    for (const [pieces, answer] of [
      [['P', 'R', 'I', ' * HTTP/2.0\r\n\r\nSM\r\n\r\n', '\0\0\0\x04\0\0\0\0\0'], /^\0\0.\x04/],
      [['P', 'U', 'T / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n'], /^HTTP\/1\.1 200/],
    ] as const) {
      const socket = connect(number, '127.0.0.1');
      for (const piece of pieces) {
        socket.write(Buffer.from(piece, 'latin1'));
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      const [first] = (await once(socket, 'data')) as [Buffer];
      expect(first.toString('latin1')).toMatch(answer);
      socket.destroy();
    }
  });

  it('closes a connection that says nothing, or half a preface', async () => {
    const { number, port } = await started(echo, { silenceMs: 100 });
    for (const said of ['', 'PR']) {
      const socket = connect(number, '127.0.0.1');
      if (said) socket.write(said);
      await once(socket.resume(), 'close');
    }
    await expect.poll(() => port.nConnections).toBe(0);
  });

  it('forgets a connection that ends before it has said what it speaks', async () => {
    const { number, port } = await started(echo);
    const socket = connect(number, '127.0.0.1');
    socket.end('P');
    await once(socket.resume(), 'close');
    await expect.poll(() => port.nConnections).toBe(0);
  });

  it('serves a request that wishes for h2c as HTTP/1.1, with its body, and the next one on the connection', async () => {
    const { number } = await started(echo);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const wish = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABkAAQAAP__' };
    for (const body of ['', 'x'.repeat(100_000)]) {
      const outgoing = http1Request({ host: '127.0.0.1', port: number, agent, method: 'POST', headers: wish });
      outgoing.end(body);
      expect(await overHttp1(outgoing)).toMatchObject({ version: '1.1', method: 'POST', body });
    }
    agent.destroy();
  });

  it('asks for its certificate at the first hello, and again where there was none', async () => {
    let nFailures = 1;
    const own = await started(echo, {
      identity: () => (nFailures-- > 0 ? Promise.reject(new Error('no secret')) : Promise.resolve(own.identity)),
    });
    await overHttp1(get(`http://127.0.0.1:${own.number}/`));
    expect(own.nAsked()).toBe(0);
    const ca = own.identity.certificate;
    await expect(once(tlsGet(`https://127.0.0.1:${own.number}/`, { ca }), 'response')).rejects.toThrow();
    expect(own.failures).toHaveLength(1);
    for (let i = 0; i < 2; i++) await overHttp1(tlsGet(`https://127.0.0.1:${own.number}/`, { ca }));
    expect(own.nAsked()).toBe(2);
  });

  it('survives clients that break off their hello, or do not trust it', async () => {
    const { number, port } = await started(echo);
    const broken = connect(number, '127.0.0.1');
    broken.end(Buffer.of(0x16, 3, 1, 2, 0, 1, 0));
    await once(broken.resume(), 'close');
    const wary = tlsConnect({ port: number, host: '127.0.0.1' });
    await once(wary, 'error');
    expect(await overHttp1(get(`http://127.0.0.1:${number}/`, { agent: false }))).toBeTruthy();
    await expect.poll(() => port.nConnections).toBe(0);
  });

  it('stops at once though clients of every kind stay connected', async () => {
    const webSockets = new WebSockets(60_000);
    const { number, port, identity } = await started(echo, {
      onWebSocket: (request, socket, head) => void webSockets.upgrade(request, socket, head).accept(),
    });
    const ca = identity.certificate;
    const agents = [new Agent({ keepAlive: true }), new TlsAgent({ keepAlive: true, ca })] as const;
    await overHttp1(get(`http://127.0.0.1:${number}/`, { agent: agents[0] }));
    await overHttp1(tlsGet(`https://127.0.0.1:${number}/`, { agent: agents[1] }));
    const sessions = [http2Connect(`http://127.0.0.1:${number}`), http2Connect(`https://127.0.0.1:${number}`, { ca })];
    for (const session of sessions) {
      session.on('error', () => undefined);
      await overHttp2(session, '/');
    }
    const sockets = [new WebSocket(`ws://127.0.0.1:${number}/`), new WebSocket(`wss://127.0.0.1:${number}/`, { ca })];
    for (const socket of sockets) await once(socket, 'open');
    const goodbyes = Promise.all(sockets.map((socket) => once(socket, 'close')));
    expect(port.nConnections).toBe(6);

    const startedAt = performance.now();
    const closed = once(port.server, 'close');
    webSockets.drain();
    port.drain();
    await closed;
    expect(performance.now() - startedAt).toBeLessThan(500);
    expect((await goodbyes).map(([code]) => code as number)).toEqual([1001, 1001]);
    for (const agent of agents) agent.destroy();
    // `close` of the fixture waits for an event that is over.
    open = await openPort(echo);
  });

  it('lets an HTTP/2 call end that was in flight when it stopped', async () => {
    const { number, port } = await started((_request, response) => void setTimeout(() => response.end('"late"'), 100));
    const session = http2Connect(`http://127.0.0.1:${number}`);
    const stream = session.request({ ':path': '/' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const closed = once(port.server, 'close');
    port.drain();
    expect(await textOf(stream)).toBe('"late"');
    await closed;
    open = await openPort(echo);
  });
});
