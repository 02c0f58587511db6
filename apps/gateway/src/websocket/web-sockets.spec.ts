import { once } from 'node:events';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import type { HttpResponse } from '@lantern/aws-protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { EventSocket, UpgradeDoor } from '../event-socket.js';
import { openPort, type OpenPort } from '../one-port.fixture.js';
import { WebSockets } from './web-sockets.js';

const closeCode = async (socket: WebSocket) => ((await once(socket, 'close')) as [number])[0];

describe('WebSockets', () => {
  let open: OpenPort;
  let webSockets: WebSockets;
  /** Answers upgrades as told; others with 404. */
  const started = async (answer: (door: UpgradeDoor) => unknown, stallMs = 60_000) => {
    webSockets = new WebSockets(stallMs);
    open = await openPort((_request, response) => response.writeHead(404).end(), {
      onWebSocket: (request, socket, head) => void answer(webSockets.upgrade(request, socket, head)),
    });
  };
  afterEach(() => open.close());
  const client = () => new WebSocket(`ws://127.0.0.1:${open.number}/stream`);
  const conversing = async (converse: (socket: EventSocket) => Promise<unknown>, stallMs?: number) => {
    await started(async (door) => converse(await door.accept()).catch(() => undefined), stallMs);
    const socket = client();
    await once(socket, 'open');
    return socket;
  };

  it('carry whole binary messages both ways, empty ones too', async () => {
    const socket = await conversing(async (accepted) => {
      for await (const message of accepted.messages) {
        await accepted.send(Buffer.concat([Buffer.from('>'), message]));
        if (message.length === 0) accepted.close();
      }
    });
    const heard: string[] = [];
    socket.on('message', (data: Buffer) => heard.push(data.toString()));
    for (const text of ['one', 'x'.repeat(100_000), '']) socket.send(Buffer.from(text));
    expect(await closeCode(socket)).toBe(1000);
    expect(heard).toEqual(['>one', `>${'x'.repeat(100_000)}`, '>']);
  });

  it('answer a refused upgrade as any other request', async () => {
    const answers: HttpResponse[] = [
      { status: 403, headers: { 'content-type': 'text/plain' }, body: 'no' },
      { status: 501, headers: {}, body: Readable.from(['not', ' done']) },
      { status: 400, headers: {} },
    ];
    let next = 0;
    await started((door) => door.refuse(answers[next++] ?? { status: 500, headers: {} }));
    for (const [status, text] of [
      [403, 'no'],
      [501, 'not done'],
      [400, ''],
    ] as const) {
      const socket = client();
      socket.on('error', () => undefined);
      const [, response] = (await once(socket, 'unexpected-response')) as [unknown, Readable & { statusCode: number }];
      expect(response.statusCode).toBe(status);
      let body = '';
      for await (const chunk of response) body += String(chunk);
      expect(body).toBe(text);
    }
    await expect.poll(() => open.port.nConnections).toBe(0);
  });

  it('forget a refused peer that went on talking before it left', async () => {
    await started((door) => door.refuse({ status: 403, headers: {} }));
    const socket = connect(open.number, '127.0.0.1');
    socket.write(`GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\nmore`);
    await once(socket, 'data');
    socket.write('and more');
    socket.destroy();
    await expect.poll(() => open.port.nConnections).toBe(0);
  });

  it('answer 400 to an upgrade that lacks its key', async () => {
    await started((door) => door.accept().catch(() => undefined));
    const socket = connect(open.number, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 400 /);
    await expect.poll(() => open.port.nConnections).toBe(0);
  });

  it('hold up a peer whose messages nobody reads', async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    let received = 0;
    const socket = await conversing(async ({ messages }) => {
      await gate;
      for await (const message of messages) received += message.length;
    });
    const message = Buffer.alloc(256 * 1024);
    for (let i = 0; i < 200; i++) socket.send(message);
    await new Promise((resolve) => setTimeout(resolve, 300));
    // 50 MiB were sent; the server's queue and the kernel's buffers hold a part of them.
    expect(socket.bufferedAmount).toBeGreaterThan(20 << 20);
    release();
    await expect.poll(() => received, { timeout: 10_000 }).toBe(200 * message.length);
    socket.terminate();
  });

  it.each([
    ['text', (socket: WebSocket) => socket.send('hello'), 1003],
    ['messages beyond a mebibyte', (socket: WebSocket) => socket.send(Buffer.alloc((1 << 20) + 1)), 1009],
  ])('end the conversation over %s', async (_what, say, code) => {
    let ended = false;
    const socket = await conversing(async ({ messages }) => {
      try {
        for await (const _message of messages);
      } finally {
        ended = true;
      }
    });
    say(socket);
    expect(await closeCode(socket)).toBe(code);
    await expect.poll(() => ended).toBe(true);
    await expect.poll(() => webSockets.nOpen).toBe(0);
  });

  it('cut a connection on which nothing moves', async () => {
    const socket = await conversing(() => Promise.resolve(), 100);
    expect(await closeCode(socket)).toBe(1006);
    await expect.poll(() => webSockets.nOpen).toBe(0);
  });

  it('say goodbye when the suite stops', async () => {
    const socket = await conversing(() => Promise.resolve());
    webSockets.drain();
    expect(await closeCode(socket)).toBe(1001);
  });
});
