import { ServerResponse, type IncomingMessage } from 'node:http';
import { constants, Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { TLSSocket } from 'node:tls';
import type { Headers, HttpRequest, HttpResponse } from '@lantern/aws-protocol';

/** A request as Node delivers it, of either version of HTTP. */
export type RawRequest = IncomingMessage | Http2ServerRequest;
export type RawResponse = ServerResponse | Http2ServerResponse;

/** More than this is not drained for the sake of a connection that could be used again. */
const drainedBytes = 1 << 20;

/** A Node request as the protocol layer reads it; the path and query stay as they were sent. */
export function toHttpRequest(raw: RawRequest): HttpRequest {
  const url = raw.url ?? '/';
  const question = url.indexOf('?');
  const isHttp2 = raw instanceof Http2ServerRequest;
  // Only a TLS socket has the member.
  const isSecure = isHttp2 ? raw.stream.session?.encrypted : (raw.socket as Partial<TLSSocket>).encrypted;
  return {
    scheme: isSecure ? 'https' : 'http',
    remoteAddress: raw.socket.remoteAddress,
    method: raw.method ?? 'GET',
    rawPath: question < 0 ? url : url.slice(0, question),
    rawQuery: question < 0 ? '' : url.slice(question + 1),
    headers: isHttp2 ? headersOfHttp2(raw) : headersOf(raw),
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
 * Leaves out pseudo-headers. `:authority` is what HTTP/1.1 calls host; it wins over a host header that differs, so that a
 * signature never covers one name while another is obeyed.
 */
function headersOfHttp2(raw: Http2ServerRequest): Headers {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(raw.headers)) {
    if (typeof value === 'string' && !name.startsWith(':')) headers[name] = value;
  }
  const authority = raw.headers[':authority'];
  if (authority !== undefined) headers.host = authority;
  return headers;
}

/** Tells when a response is over, sent or not. Node's own event leaves out HTTP/2's answers to HEAD. */
export function onceClosed(out: RawResponse, listener: () => void): void {
  // Emitted once; `once` would cost a closure more.
  if (out instanceof Http2ServerResponse) out.stream.on('close', listener);
  else out.on('close', listener);
}

/** Whether a response that closed had been sent to its end. */
export const isComplete = (out: RawResponse): boolean =>
  out instanceof Http2ServerResponse
    ? out.stream.rstCode === constants.NGHTTP2_NO_ERROR && out.stream.writableFinished
    : out.writableFinished;

/** Ends a response that cannot be finished, so that the client notices. */
export function breakOff(out: RawResponse): void {
  if (out instanceof ServerResponse) out.destroy();
  else if (stillOpen(out)) out.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
}

/** Sends a response; resolves when it is written, rejects where it broke off. */
export function send(raw: RawRequest, out: RawResponse, response: HttpResponse): Promise<void> {
  return out instanceof Http2ServerResponse ? sendHttp2(raw, out, response) : sendHttp1(raw, out, response);
}

/**
 * A request body that was not read to its end is drained only if little is left; otherwise the connection closes, so that
 * a refused upload does not have to be received first.
 */
async function sendHttp1(raw: RawRequest, out: ServerResponse, response: HttpResponse): Promise<void> {
  const { status, headers, body, duplex } = response;
  if (out.destroyed) return discard(body);
  if (!duplex && !raw.readableEnded && hasBody(raw)) {
    const left = Number(raw.headers['content-length'] ?? Infinity);
    if (left > drainedBytes) headers.connection = 'close';
    // A reader that fails later would pause the body again, and the connection's next request would wait behind it.
    raw.unpipe();
    raw.resume();
  }
  if (body instanceof Readable) {
    out.writeHead(status, headers);
    // The client of a conversation waits for the head before it says more.
    if (duplex) out.flushHeaders();
    await pipeline(body, out);
    if (duplex && !raw.readableEnded) raw.destroy();
    return;
  }
  countBytes(response);
  out.writeHead(status, headers);
  // Node sends a string together with the head, in one write.
  out.end(body);
}

/** What HTTP/1.1 says of its connection; HTTP/2 has frames for that and forbids the headers (RFC 9113, section 8.2.2). */
const connectionHeaders = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade']);

/** A request body that was not read to its end is not wanted any more, which the peer learns after the response. */
async function sendHttp2(raw: RawRequest, out: Http2ServerResponse, response: HttpResponse): Promise<void> {
  const { status, body } = response;
  if (!stillOpen(out)) return discard(body);
  if (!(body instanceof Readable)) countBytes(response);
  const { stream } = out;
  const headers: Record<string, string | number> = { ':status': status };
  for (const [name, value] of Object.entries(response.headers)) {
    const lower = name.toLowerCase();
    if (!connectionHeaders.has(lower)) headers[lower] = value;
  }
  stream.respond(headers);
  // HEAD, 204 and 304 end with their head.
  if (stream.writableEnded) discard(body);
  else if (body instanceof Readable) await pipeline(body, stream);
  else stream.end(body);
  // A request that was its head alone has ended, read or not; Node 22 would lose the response to it with the reset.
  if (!raw.readableEnded && !stream.endAfterHeaders) stream.close(constants.NGHTTP2_NO_ERROR);
}

/** A HEAD response may state the length of the body that it leaves out. */
function countBytes({ status, headers, body }: HttpResponse): void {
  if (body !== undefined && !(body instanceof Readable) && status !== 204 && status !== 304)
    headers['content-length'] = String(Buffer.byteLength(body));
}

function discard(body: HttpResponse['body']): void {
  if (body instanceof Readable) body.destroy();
}

const stillOpen = ({ stream }: Http2ServerResponse) => !stream.destroyed && !stream.closed;

const hasBody = ({ headers }: RawRequest) =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
