import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Headers, HttpRequest, HttpResponse } from '@lantern/aws-protocol';

/** A Node request as the protocol layer reads it; the path and query stay as they were sent. */
export function toHttpRequest(raw: IncomingMessage): HttpRequest {
  const url = raw.url ?? '/';
  const question = url.indexOf('?');
  return {
    method: raw.method ?? 'GET',
    rawPath: question < 0 ? url : url.slice(0, question),
    rawQuery: question < 0 ? '' : url.slice(question + 1),
    headers: headersOf(raw),
    body: raw,
  };
}

/** Node joins repeated headers itself, all but one: that one is dropped here instead of copying all others. */
function headersOf({ headers }: IncomingMessage): Headers {
  if (headers['set-cookie'] !== undefined) delete headers['set-cookie'];
  // What is left are strings.
  return headers as Headers;
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
  // A HEAD response may state the length of the body that it leaves out.
  if (body !== undefined && status !== 204 && status !== 304)
    headers['content-length'] = String(Buffer.byteLength(body));
  out.writeHead(status, headers);
  // Node sends a string together with the head, in one write.
  out.end(body);
}

const hasBody = ({ headers }: IncomingMessage) =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
