import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { readFirstBytes } from './mux/first-bytes.js';
import { Http2Sessions, type Http2Listener } from './mux/http2-sessions.js';
import { TlsFront, type TlsIdentity } from './mux/tls-front.js';
import { putBackWithoutUpgrade } from './mux/without-upgrade.js';

export interface OnePortOptions {
  /** A connection on which nothing moves for so long is closed; longer than any call may take. */
  readonly stallMs: number;
  /**
   * How long a new connection may say nothing.
   * @default 20 s
   */
  readonly silenceMs?: number;
  /**
   * How often idle HTTP/2 sessions are asked for a sign of life.
   * @default 10 s
   */
  readonly probeMs?: number;
  /** Asked at the first TLS hello. */
  readonly identity: () => Promise<TlsIdentity>;
  /** Takes requests that wish for a WebSocket. */
  readonly onWebSocket: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Told of failures that no client can be told. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * One listening port for HTTP/1.1, HTTP/2 with prior knowledge, both under TLS, and WebSocket upgrades. ADR-0008.
 * Node's HTTP/1.1 server listens and counts connections and time; only what it does with a new connection is replaced.
 */
export class OnePort {
  readonly server: Server;
  private readonly connections = new Set<Socket>();
  private readonly sessions: Http2Sessions;

  /** @param listener answers the requests of both versions, as Fastify's does */
  constructor(
    listener: RequestListener,
    { stallMs, silenceMs = 20_000, probeMs = 10_000, identity, onWebSocket, onFailure }: OnePortOptions,
  ) {
    this.server = createHttp1Server(listener, stallMs);
    // Fastify's router reads what HTTP/2's requests have as well, and so does the pipeline.
    this.sessions = new Http2Sessions(listener as unknown as Http2Listener, stallMs, probeMs);
    const serveHttp1 = takeConnections(this.server, (socket) => {
      this.connections.add(socket);
      socket.once('close', () => this.connections.delete(socket));
      readFirstBytes(socket, silenceMs, (protocol) => {
        if (protocol === 'http1') serveHttp1(socket);
        else if (protocol === 'http2') this.sessions.serve(socket);
        else tls.accept(socket);
      });
    });
    const tls = new TlsFront(
      identity,
      (socket) => (socket.alpnProtocol === 'h2' ? this.sessions.serve(socket) : serveHttp1(socket)),
      onFailure,
    );
    this.server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      if (/^websocket$/i.test(request.headers.upgrade ?? '')) return onWebSocket(request, socket, head);
      putBackWithoutUpgrade(request, socket, head);
      serveHttp1(socket);
    });
  }

  /** Connections that are open, whatever they speak. */
  get nConnections(): number {
    return this.connections.size;
  }

  /** Takes no new connections, and no new requests on those that stay open for the requests they have. */
  drain(): void {
    this.server.close();
    this.server.closeIdleConnections();
    this.sessions.drain();
  }

  /** Cuts what is still open, whatever it speaks. */
  destroy(): void {
    for (const socket of this.connections) socket.destroy();
  }
}

/** Keep-alive outlasts common clients' pools; a header must arrive within a minute, a body may take as long as it flows. */
export function createHttp1Server(listener: RequestListener, stallMs: number): Server {
  const server = createServer(
    {
      keepAliveTimeout: 65_000,
      headersTimeout: 60_000,
      requestTimeout: 0,
      maxHeaderSize: 64 * 1024,
      noDelay: true,
    },
    listener,
  );
  server.setTimeout(stallMs);
  return server;
}

/** Takes the place of a server's listeners for new connections and returns what they did. */
function takeConnections(server: Server, instead: (socket: Socket) => void): (socket: Socket) => void {
  const listeners = server.listeners('connection');
  server.removeAllListeners('connection');
  server.on('connection', instead);
  return (socket) => {
    for (const listener of listeners) listener.call(server, socket);
  };
}
