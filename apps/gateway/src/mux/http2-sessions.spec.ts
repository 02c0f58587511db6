import { once } from 'node:events';
import { connect as http2Connect, constants, type IncomingHttpHeaders } from 'node:http2';
import type { Socket } from 'node:net';
import { frameFlag, frameType, headerBlock, http2Frame } from '@lantern/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { http2Socket, openPort, type OpenPort } from '../one-port.fixture.js';

const { headers, continuation, settings, ping, reset } = frameType;

/** A request without a body. */
const getBlock = headerBlock([
  [':method', 'GET'],
  [':scheme', 'http'],
  [':path', '/'],
  [':authority', 'localhost'],
]);

/** Writes 20,000 frames as fast as the peer takes them. @returns whether the peer closed */
async function flood(socket: Socket, frame: (i: number) => Buffer): Promise<boolean> {
  let closed = false;
  socket.once('close', () => (closed = true));
  socket.resume();
  let written = 0;
  while (!closed && written < 20_000) {
    if (!socket.write(frame(written++))) {
      await Promise.race([once(socket, 'drain').catch(() => undefined), once(socket, 'close')]);
    }
  }
  if (!closed) await Promise.race([once(socket, 'close'), new Promise((resolve) => setTimeout(resolve, 2_000))]);
  return closed;
}

describe('HTTP/2 sessions', () => {
  let open: OpenPort;
  let nCalls = 0;
  let nAborted = 0;
  beforeEach(async () => {
    [nCalls, nAborted] = [0, 0];
    open = await openPort(
      (request, response) => {
        nCalls++;
        request.on('aborted', () => nAborted++);
        if (request.url === '/wait') return;
        response.end('ok');
      },
      { stallMs: 1_000, probeMs: 100 },
    );
  });
  afterEach(() => open.close());

  const survives = async () => {
    const session = http2Connect(`http://127.0.0.1:${open.number}`);
    const stream = session.request({ ':path': '/' });
    const [head] = (await once(stream, 'response')) as [IncomingHttpHeaders & { ':status': number }];
    session.destroy();
    return head[':status'];
  };

  it('ends a session that floods it with settings', async () => {
    const socket = await http2Socket(open.number);
    expect(await flood(socket, () => http2Frame(settings, 0, 0, Buffer.alloc(0)))).toBe(true);
    expect(await survives()).toBe(200);
  });

  it('ends a session that floods it with pings', async () => {
    const socket = await http2Socket(open.number);
    expect(await flood(socket, () => http2Frame(ping, 0, 0, Buffer.alloc(8)))).toBe(true);
    expect(await survives()).toBe(200);
  });

  it('ends a session that never ends its headers', async () => {
    const socket = await http2Socket(open.number);
    socket.write(http2Frame(headers, frameFlag.endStream, 1, getBlock));
    const more = http2Frame(continuation, 0, 1, headerBlock([['a', 'b']]));
    expect(await flood(socket, () => more)).toBe(true);
    expect(nCalls).toBe(0);
    expect(await survives()).toBe(200);
  });

  it('ends a session that opens and resets streams in a row', async () => {
    const socket = await http2Socket(open.number);
    const cancel = Buffer.alloc(4);
    cancel.writeUInt32BE(constants.NGHTTP2_CANCEL);
    const pair = (i: number) =>
      Buffer.concat([
        http2Frame(headers, frameFlag.endStream | frameFlag.endHeaders, 2 * i + 1, getBlock),
        http2Frame(reset, 0, 2 * i + 1, cancel),
      ]);
    expect(await flood(socket, pair)).toBe(true);
    expect(nCalls).toBeLessThan(5_000);
    expect(await survives()).toBe(200);
  });

  it('refuses more streams at once than it announced', async () => {
    const session = http2Connect(`http://127.0.0.1:${open.number}`);
    const [announced] = (await once(session, 'remoteSettings')) as [{ maxConcurrentStreams: number }];
    expect(announced.maxConcurrentStreams).toBe(100);
    session.destroy();

    const socket = await http2Socket(open.number);
    const wait = headerBlock([
      [':method', 'GET'],
      [':scheme', 'http'],
      [':path', '/wait'],
      [':authority', 'localhost'],
    ]);
    for (let i = 0; i < 150; i++) {
      socket.write(http2Frame(headers, frameFlag.endStream | frameFlag.endHeaders, 2 * i + 1, wait));
    }
    socket.resume();
    await expect.poll(() => nCalls).toBe(100);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(nCalls).toBe(100);
    socket.destroy();
  });

  it('refuses more than 64 KiB of headers', async () => {
    const session = http2Connect(`http://127.0.0.1:${open.number}`);
    session.on('error', () => undefined);
    const large = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`x-${i}`, 'v'.repeat(10_000)]));
    const stream = session.request({ ':path': '/', ...large });
    const outcome = await Promise.race([
      once(stream, 'response').then(([head]) => (head as { ':status': number })[':status']),
      once(stream, 'close').then(() => 0),
    ]).catch(() => 0);
    expect([0, 431]).toContain(outcome);
    expect(nCalls).toBe(0);
    session.destroy();
    expect(await survives()).toBe(200);
  });

  it('abandons the call of a stream that its client resets', async () => {
    const session = http2Connect(`http://127.0.0.1:${open.number}`);
    const stream = session.request({ ':path': '/wait' });
    await expect.poll(() => nCalls).toBe(1);
    stream.close(constants.NGHTTP2_CANCEL);
    await expect.poll(() => nAborted).toBe(1);
    session.destroy();
  });

  it('forgets a peer that left after a mistake', async () => {
    const socket = await http2Socket(open.number);
    // A call whose body never ends, then a frame of settings of five bytes, which is never right.
    socket.write(http2Frame(headers, frameFlag.endHeaders, 1, getBlock));
    socket.write(http2Frame(settings, 0, 0, Buffer.alloc(5)));
    await once(socket, 'data');
    await expect.poll(() => nCalls).toBe(1);
    socket.destroy();
    await expect.poll(() => open.port.nConnections, { timeout: 800 }).toBe(0);
  });

  it('keeps an idle session whose peer is there, but not for ever', async () => {
    const session = http2Connect(`http://127.0.0.1:${open.number}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(session.closed).toBe(false);
    const [code] = (await once(session, 'goaway')) as [number];
    expect(code).toBe(constants.NGHTTP2_NO_ERROR);
    await once(session, 'close');
  });

  it('closes a session on which nothing moves', async () => {
    const stalled = http2Connect(`http://127.0.0.1:${open.number}`);
    stalled.on('error', () => undefined);
    const stream = stalled.request({ ':path': '/wait' });
    stream.on('error', () => undefined);
    await once(stalled, 'close');
    await expect.poll(() => open.port.nConnections).toBe(0);
  });

  it('cancels a stream on which nothing moves though its session is kept alive', async () => {
    const session = http2Connect(`http://127.0.0.1:${open.number}`);
    const stream = session.request({ ':path': '/wait' });
    stream.on('error', () => undefined);
    const alive = setInterval(() => session.ping(() => undefined), 50);
    await once(stream, 'close');
    clearInterval(alive);
    expect(stream.rstCode).toBe(constants.NGHTTP2_CANCEL);
    expect(session.closed).toBe(false);
    session.destroy();
  });
});
