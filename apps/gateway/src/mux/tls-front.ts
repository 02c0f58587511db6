import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';

/** A certificate with its private key, both PEM; the certificate may be followed by its chain. */
export interface TlsIdentity {
  readonly certificate: string;
  readonly privateKey: string;
}

const handshakeMs = 20_000;

/** Takes connections that begin with a TLS hello; the certificate is asked for at the first of them. */
export class TlsFront {
  private opening: Promise<Server> | undefined;

  /** @param onFailure told when there is no certificate to be had; the next hello asks again */
  constructor(
    private readonly identity: () => Promise<TlsIdentity>,
    private readonly serve: (socket: TLSSocket) => void,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  /** Shakes hands; the secured connection is handed on. */
  accept(socket: Socket): void {
    // Who ends in the middle of a handshake is gone.
    socket.allowHalfOpen = false;
    // The connection may break before TLS watches it.
    const giveUp = () => void socket.destroy();
    socket.on('error', giveUp);
    this.server().then(
      (server) => {
        socket.off('error', giveUp);
        if (!socket.destroyed) server.emit('connection', socket);
      },
      (error: unknown) => {
        this.onFailure(error);
        giveUp();
      },
    );
  }

  private server(): Promise<Server> {
    return (this.opening ??= this.open().catch((error: unknown) => {
      this.opening = undefined;
      throw error;
    }));
  }

  private async open(): Promise<Server> {
    const { certificate, privateKey } = await this.identity();
    const server = createServer({
      cert: certificate,
      key: privateKey,
      // A list: the server's order decides.
      ALPNProtocols: ['h2', 'http/1.1'],
      handshakeTimeout: handshakeMs,
      noDelay: true,
    });
    server.on('secureConnection', (socket) => {
      // As for HTTP/1.1 in clear: who has sent a request and ends may still want the answer.
      socket.allowHalfOpen = true;
      this.serve(socket);
    });
    // Scanners and clients that do not trust the certificate: not our failure.
    server.on('tlsClientError', (_error, socket) => socket.destroy());
    return server;
  }
}
