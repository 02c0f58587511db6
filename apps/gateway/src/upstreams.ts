import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { ServiceError, type Headers, type HttpRequest, type HttpResponse } from '@lantern/aws-protocol';

/** A request on its way to another process. */
export interface Forwarded {
  readonly request: HttpRequest;
  /** The body, where it was read to recognise the request. */
  readonly form?: Buffer | undefined;
  readonly signal: AbortSignal;
}

/** Sends a request to the process that answers it. */
export type PassOn = (forwarded: Forwarded) => Promise<HttpResponse>;

/** A WebSocket is a conversation with this process; it is not passed on. */
export const webSocketElsewhere = (): ServiceError =>
  new ServiceError('NotImplemented', 'WebSockets are not passed on: connect to the process that serves this API', 501);

/**
 * Processes that answer services which this one does not mount.
 *
 * A request is passed on as it came: the same method, path, query, headers and bytes, and above all the same Host, over
 * which its signature was made. The other process checks that signature itself, so nothing that this one could say of the
 * caller is sent along, and nothing can be pretended by somebody who reaches the other process directly.
 */
export class Upstreams {
  private readonly agents = {
    'http:': new HttpAgent({ keepAlive: true }),
    'https:': new HttpsAgent({ keepAlive: true }),
  };
  private turn = 0;

  /** @param urls origins by service folder; several of one service take turns */
  constructor(private readonly urls: ReadonlyMap<string, readonly URL[]>) {}

  /** How to reach the process that answers a service; undefined where none was given. */
  reach(folder: string | undefined): PassOn | undefined {
    if (folder === undefined || !this.urls.has(folder)) return undefined;
    return (forwarded) => this.forward(folder, forwarded);
  }

  /**
   * Sends a request to the process that answers the service, and gives its answer back as it comes.
   * @throws ServiceError 503 where that process cannot be reached
   */
  async forward(folder: string, forwarded: Forwarded): Promise<HttpResponse> {
    const urls = this.urls.get(folder) ?? [];
    const url = urls[this.turn++ % urls.length];
    if (!url) throw new Error(`no upstream answers ${folder}`);
    const response = await this.exchange(url, forwarded).catch((cause: unknown) => {
      if (forwarded.signal.aborted) throw cause;
      throw unreachable(folder, cause);
    });
    return { status: response.statusCode ?? 502, headers: endToEnd(response.headers), body: response };
  }

  /** Lets go of idle connections. */
  close(): void {
    for (const agent of Object.values(this.agents)) agent.destroy();
  }

  private exchange(origin: URL, { request, form, signal }: Forwarded): Promise<IncomingMessage> {
    const send = origin.protocol === 'https:' ? httpsRequest : httpRequest;
    const agent = this.agents[origin.protocol === 'https:' ? 'https:' : 'http:'];
    const { method, rawPath, rawQuery } = request;
    return new Promise((resolve, reject) => {
      const outgoing = send({
        // The path as it was sent: a parsed URL would change how it is encoded, and break the signature.
        hostname: origin.hostname.replace(/^\[|\]$/g, ''),
        port: origin.port,
        servername: origin.hostname,
        method,
        path: rawQuery === '' ? rawPath : `${rawPath}?${rawQuery}`,
        headers: endToEnd(request.headers),
        agent,
        signal,
      });
      outgoing.once('response', resolve);
      outgoing.once('error', reject);
      if (form) outgoing.end(form);
      // An answer may come before the body is through; what breaks then is told by the answer or its absence.
      else pipeline(request.body, outgoing).catch(reject);
    });
  }
}

/** Headers that belong to one connection: RFC 9110, section 7.6.1. `expect` was answered by this process. */
const hopByHop = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

function endToEnd(headers: Headers | IncomingMessage['headers']): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!hopByHop.has(name) && typeof value === 'string') kept[name] = value;
  }
  return kept;
}

const unreachable = (folder: string, cause: unknown) => {
  const error = new ServiceError(
    'ServiceUnavailable',
    `The process that answers ${folder} cannot be reached; try again`,
    503,
  );
  error.cause = cause;
  return error;
};
