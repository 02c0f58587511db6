import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { clientPreface, frameType, http2Frame } from '@lantern/testing';
import type { TlsIdentity } from './mux/tls-front.js';
import { OnePort } from './server.js';
import { selfSigned } from './tls/self-signed.js';

export type Answer = (
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
) => void;

/** A listening port for one spec. */
export interface OpenPort {
  readonly port: OnePort;
  readonly number: number;
  readonly identity: TlsIdentity;
  /** How often the certificate was asked for. */
  nAsked(): number;
  readonly failures: unknown[];
  close(): Promise<void>;
}

interface Changes {
  readonly stallMs?: number;
  readonly silenceMs?: number;
  readonly probeMs?: number;
  readonly identity?: () => Promise<TlsIdentity>;
  readonly onWebSocket?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

export async function openPort(answer: Answer, changes: Changes = {}): Promise<OpenPort> {
  const identity = await selfSigned(['localhost', '127.0.0.1']);
  const failures: unknown[] = [];
  let asked = 0;
  const port = new OnePort(answer, {
    stallMs: 60_000,
    onWebSocket: (_request, socket) => socket.destroy(),
    onFailure: (error) => failures.push(error),
    ...changes,
    identity: () => {
      asked++;
      return changes.identity ? changes.identity() : Promise.resolve(identity);
    },
  });
  port.server.listen(0, '127.0.0.1');
  await once(port.server, 'listening');
  return {
    port,
    number: (port.server.address() as AddressInfo).port,
    identity,
    nAsked: () => asked,
    failures,
    close: async () => {
      const closed = once(port.server, 'close');
      port.drain();
      port.destroy();
      await closed;
    },
  };
}

/** A raw connection that has said what every HTTP/2 client says first. */
export async function http2Socket(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.on('error', () => undefined);
  socket.write(Buffer.concat([clientPreface, http2Frame(frameType.settings, 0, 0, Buffer.alloc(0))]));
  return socket;
}
