import { createServer, type Server, type ServerOptions } from 'node:http';

type Listener = Parameters<typeof createServer>[1];

/**
 * The listening server: HTTP/1.1. The one place to put a multiplexer for further protocols.
 * Keep-alive outlasts common clients' pools; a header must arrive within a minute, a body may take as long as it flows.
 * @param stallMs a connection on which nothing moves for so long is closed; longer than any call may take
 */
export function createHttpServer(listener: Listener, stallMs: number): Server {
  const options: ServerOptions = {
    keepAliveTimeout: 65_000,
    headersTimeout: 60_000,
    requestTimeout: 0,
    maxHeaderSize: 64 * 1024,
    noDelay: true,
  };
  const server = createServer(options, listener);
  server.setTimeout(stallMs);
  return server;
}
