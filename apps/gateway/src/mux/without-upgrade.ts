import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

const refused = new Set(['upgrade', 'http2-settings']);

/**
 * Puts a request back on its connection without its wish to change the protocol, to be served as any other. Java's client
 * and `curl --http2` wish for `h2c` with every first request, and a server may ignore that (RFC 9110, section 7.8); Node,
 * once it takes WebSockets, hands over all wishes.
 * @param head what came after the request's head
 */
export function putBackWithoutUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { method, url, httpVersion, rawHeaders } = request;
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? '';
    let value = rawHeaders[i + 1] ?? '';
    if (refused.has(name.toLowerCase())) continue;
    if (name.toLowerCase() === 'connection') value = otherOptions(value);
    if (name.toLowerCase() !== 'connection' || value !== '') lines.push(`${name}: ${value}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
}

const otherOptions = (connection: string) =>
  connection
    .split(',')
    .map((option) => option.trim())
    .filter((option) => !refused.has(option.toLowerCase()))
    .join(', ');
