import { createServer, type Server, type ServerOptions } from 'node:http';

type Listener = Parameters<typeof createServer>[1];

/**
 * The listening server: HTTP/1.1. The one place to put a multiplexer for further protocols.
 * Keep-alive outlasts common clients' pools; a header must arrive within a minute, a body may take as long as it flows.
 */
export function createHttpServer(listener: Listener): Server {
  const options: ServerOptions = {
    keepAliveTimeout: 65_000,
    headersTimeout: 60_000,
    requestTimeout: 0,
    maxHeaderSize: 64 * 1024,
    noDelay: true,
  };
  return createServer(options, listener);
}
