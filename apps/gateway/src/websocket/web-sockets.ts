import { ServerResponse, type IncomingMessage } from 'node:http';
import { Readable, type Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import type { HttpResponse } from '@lantern/aws-protocol';
import { WebSocketServer } from 'ws';
import type { EventSocket, UpgradeDoor } from '../event-socket.js';
import { acceptedSocket } from './accepted-socket.js';

/** A message holds one frame of an event stream; audio and video chunks are a few dozen KiB. */
const maxMessageBytes = 1 << 20;

/** How long a refused peer may take to hang up. */
const refusedMs = 5_000;

/** Going away (RFC 6455, section 7.4.1). */
const goingAway = 1001;

/** The WebSockets of a port. */
export class WebSockets {
  private readonly server = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageBytes,
    maxFragments: 1024,
    // Compressed messages could be a thousand times their size.
    perMessageDeflate: false,
    clientTracking: true,
  });

  /** @param stallMs a connection on which nothing moves for so long is cut */
  constructor(private readonly stallMs: number) {}

  get nOpen(): number {
    return this.server.clients.size;
  }

  /** The two ways to answer an upgrade request. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): UpgradeDoor {
    // Node watches the connection no longer.
    const giveUp = () => void socket.destroy();
    socket.on('error', giveUp);
    return {
      accept: () => this.accept(request, socket, head).finally(() => socket.off('error', giveUp)),
      refuse: (response) => refuse(request, socket, response),
    };
  }

  /** Says goodbye to everybody. */
  drain(): void {
    for (const client of this.server.clients) client.close(goingAway);
  }

  private accept(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<EventSocket> {
    return new Promise((resolve, reject) => {
      // Where the handshake's headers are wrong, ws answers 400 itself and closes.
      socket.once('close', () => reject(new Error('The connection closed before the upgrade')));
      this.server.handleUpgrade(request, socket, head, (client) => {
        // Sockets of HTTP are of this class.
        (socket as Socket).setTimeout(this.stallMs, () => client.terminate());
        resolve(acceptedSocket(client));
      });
    });
  }
}

/** Sends an ordinary response on a connection that asked for an upgrade, and closes it. */
function refuse(request: IncomingMessage, socket: Duplex, { status, headers, body }: HttpResponse): void {
  const out = new ServerResponse(request);
  // Sockets of HTTP are of this class.
  out.assignSocket(socket as Socket);
  out.shouldKeepAlive = false;
  out.on('finish', () => {
    socket.end();
    // The peer may have said more already; unread, it would hide that the peer has left.
    socket.resume();
    (socket as Socket).setTimeout(refusedMs, () => socket.destroy());
  });
  if (body instanceof Readable) {
    out.writeHead(status, headers);
    body.on('error', () => socket.destroy()).pipe(out);
    return;
  }
  out.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(body ?? '')) });
  out.end(body);
}
