import { lookup } from 'node:dns/promises';
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { isIPv6 } from 'node:net';
import { parseAllowList, type AllowList } from './allow-list.js';
import { findDestination, type Destination, type Resolve } from './destination.js';
import { OutboundFailedError, OutboundRefusedError } from './outbound-errors.js';

export type { Resolve } from './destination.js';

export interface OutboundConfig {
  /** Addresses, networks and host names allowed beyond the public Internet; see `parseAllowList`. @default none */
  readonly allow?: readonly string[];
  /** Bytes of a response's body that are read; the rest is cut off. @default 65536 */
  readonly maxBodyBytes?: number;
  /** @default the system's resolver, which knows the hosts file too */
  readonly resolve?: Resolve;
  /** Certificates to trust instead of the well-known ones, as PEM. */
  readonly ca?: string | undefined;
}

export interface OutboundRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  /** From the first look-up to the last byte, over all redirects. */
  readonly timeoutMs: number;
  /** Gives the request up. */
  readonly signal?: AbortSignal | undefined;
}

export interface OutboundResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** At most `maxBodyBytes` bytes. */
  readonly body: Buffer;
  /** Whether there was more. */
  readonly isBodyCut: boolean;
}

const maxRedirects = 5;
const defaultMaxBodyBytes = 65_536;
/** These repeat the method and the body. The others would turn a POST into a GET, and the message would be lost. */
const repeatingRedirects: ReadonlySet<number> = new Set([307, 308]);

/**
 * Requests to addresses that users name. They reach the public Internet and what the operator allows, never the suite's
 * own network: every address is checked, the one that was checked is the one that is connected to, and redirects are checked again.
 */
export class OutboundHttp {
  private readonly allow: AllowList;

  /** @throws Error where an entry of `allow` is malformed */
  constructor(private readonly config: OutboundConfig = {}) {
    this.allow = parseAllowList(config.allow ?? []);
  }

  /**
   * Checks an address without asking it. A host that cannot be found now passes: it may be found later.
   * @throws OutboundRefusedError where a request would be refused
   */
  async check(url: string): Promise<void> {
    try {
      await this.find(url);
    } catch (error) {
      if (error instanceof OutboundRefusedError) throw error;
    }
  }

  /**
   * Posts, following at most five redirects that keep the method (307, 308). Any other status is an answer, not an error.
   * @throws OutboundRefusedError where the address, or one that it redirects to, is forbidden
   * @throws OutboundFailedError where there was no answer in time
   */
  async post(url: string, request: OutboundRequest): Promise<OutboundResponse> {
    const deadline = AbortSignal.timeout(request.timeoutMs);
    const signal = request.signal ? AbortSignal.any([deadline, request.signal]) : deadline;
    let [target, { headers }] = [url, request];
    for (let redirects = 0; ; redirects += 1) {
      const destination = await abortable(this.find(target), signal);
      const response = await this.exchange(destination, { ...request, headers }, signal);
      const { location } = response.headers;
      if (!repeatingRedirects.has(response.status) || location === undefined) return response;
      if (redirects === maxRedirects) throw new OutboundRefusedError(`More than ${maxRedirects} redirects`);
      const next = nextUrl(location, destination.url);
      if (next.origin !== destination.url.origin) headers = withoutCredentials(headers);
      target = next.href;
    }
  }

  private find(url: string): Promise<Destination> {
    return findDestination(url, this.allow, this.config.resolve ?? systemResolve);
  }

  private exchange(
    { url, addresses }: Destination,
    { headers, body }: OutboundRequest,
    signal: AbortSignal,
  ): Promise<OutboundResponse> {
    const options: RequestOptions = {
      method: 'POST',
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      // A connection of its own: one kept from an earlier request would lead where an earlier look-up said.
      agent: false,
      lookup: pinnedLookup(addresses),
      maxHeaderSize: 16_384,
      signal,
      ...(this.config.ca !== undefined && { ca: this.config.ca }),
    };
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const fail = (cause: unknown) => reject(failureOf(url, cause, signal));
      const request = send(url, options, (response) => {
        readCapped(response, this.config.maxBodyBytes ?? defaultMaxBodyBytes).then(resolve, fail);
      });
      request.on('error', fail);
      request.end(body);
    });
  }
}

/** Answers every look-up of a connection with the addresses that were checked. */
function pinnedLookup(addresses: readonly string[]): NonNullable<RequestOptions['lookup']> {
  const all = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  return (_host, options, callback) => {
    // Asked with `all` where several addresses may be tried.
    if (options.all === true) callback(null, all);
    else callback(null, all[0]?.address ?? '', all[0]?.family);
  };
}

/** Reads a body up to its cap, then hangs up: what a server goes on sending is not waited for. */
async function readCapped(response: IncomingMessage, maxBytes: number): Promise<OutboundResponse> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    // Without an encoding, chunks of a response are buffers.
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size > maxBytes) break;
  }
  response.destroy();
  const body = Buffer.concat(chunks).subarray(0, maxBytes);
  return { status: response.statusCode ?? 0, headers: response.headers, body, isBodyCut: size > maxBytes };
}

function nextUrl(location: string, from: URL): URL {
  if (!URL.canParse(location, from.href)) throw new OutboundRefusedError('A redirect leads to no URL');
  const next = new URL(location, from);
  if (from.protocol === 'https:' && next.protocol === 'http:') {
    throw new OutboundRefusedError('A redirect leads from https to http');
  }
  return next;
}

/** What was meant for one server is not told to another. */
const withoutCredentials = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).filter(([name]) => !['authorization', 'cookie', 'host'].includes(name.toLowerCase())),
  );

async function systemResolve(host: string): Promise<string[]> {
  const found = await lookup(host, { all: true, verbatim: true });
  return found.map(({ address }) => address);
}

/** A look-up cannot be stopped, but it need not be waited for. */
function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new OutboundFailedError('The request took too long or was given up'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

function failureOf({ host }: URL, cause: unknown, signal: AbortSignal): OutboundFailedError {
  if (signal.aborted) return new OutboundFailedError(`${host} did not answer in time`, { cause });
  const said = cause instanceof Error ? cause.message : String(cause);
  return new OutboundFailedError(`${host} could not be asked: ${said}`, { cause });
}
