import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { HttpRequest, HttpResponse } from '@lantern/aws-protocol';

/** A Node request as the protocol layer reads it; the path and query stay as they were sent. */
export function toHttpRequest(raw: IncomingMessage): HttpRequest {
  const url = raw.url ?? '/';
  const question = url.indexOf('?');
  const headers: Record<string, string> = {};
  for (const name in raw.headers) {
    const value = raw.headers[name];
    if (value !== undefined && !name.startsWith(':'))
      headers[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return {
    method: raw.method ?? 'GET',
    rawPath: question < 0 ? url : url.slice(0, question),
    rawQuery: question < 0 ? '' : url.slice(question + 1),
    headers,
    body: raw,
  };
}

/**
 * Sends a response. A request body that was not read to its end is drained only if little is left; otherwise the
 * connection closes, so that a refused upload does not have to be received first.
 */
export async function send(
  raw: IncomingMessage,
  out: ServerResponse,
  { status, headers, body }: HttpResponse,
): Promise<void> {
  if (out.destroyed) {
    if (body instanceof Readable) body.destroy();
    return;
  }
  if (!raw.readableEnded && hasBody(raw)) {
    const left = Number(raw.headers['content-length'] ?? Infinity);
    if (left > 1 << 20) headers.connection = 'close';
    raw.resume();
  }
  if (body instanceof Readable) {
    out.writeHead(status, headers);
    await pipeline(body, out);
    return;
  }
  const bytes = body === undefined ? undefined : typeof body === 'string' ? Buffer.from(body) : body;
  // A HEAD response may state the length of the body that it leaves out.
  if (bytes && status !== 204 && status !== 304) headers['content-length'] = String(bytes.byteLength);
  out.writeHead(status, headers);
  out.end(bytes);
}

const hasBody = ({ headers }: IncomingMessage) =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
