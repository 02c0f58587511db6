import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Content with no structure that a mistake could hide in; the same for the same seed. */
export function noise(nBytes: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(nBytes);
  let state = seed >>> 0 || 1;
  for (let i = 0; i < nBytes; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** One request that the mirror saw. */
export interface SeenRequest {
  readonly path: string;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
}

type Behaviour = (response: ServerResponse, content: Buffer, seen: SeenRequest, nth: number) => void;

/** A server on this machine's loopback that serves bytes with ranges and tags, or misbehaves as a test says. */
export class LoopbackMirror {
  readonly seen: SeenRequest[] = [];
  readonly contents = new Map<string, Buffer>();
  private readonly behaviours = new Map<string, Behaviour>();
  private readonly server: Server = createServer((request, response) => this.answer(request, response));

  static async start(): Promise<LoopbackMirror> {
    const mirror = new LoopbackMirror();
    mirror.server.listen(0, '127.0.0.1');
    await once(mirror.server, 'listening');
    return mirror;
  }

  get url(): URL {
    // A listening TCP server has an address of this form.
    return new URL(`http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`);
  }

  /** Serves content; with a behaviour, in its way. @returns the address */
  serve(path: string, content: Buffer, behaviour?: Behaviour): string {
    this.contents.set(path, content);
    if (behaviour) this.behaviours.set(path, behaviour);
    else this.behaviours.delete(path);
    return new URL(path, this.url).href;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '';
    const { range, 'if-range': ifRange } = request.headers;
    const seen = { path, range, ifRange: typeof ifRange === 'string' ? ifRange : undefined };
    this.seen.push(seen);
    const content = this.contents.get(path);
    if (!content) {
      response.writeHead(404).end('not here');
      return;
    }
    const nth = this.seen.filter((each) => each.path === path).length;
    (this.behaviours.get(path) ?? serveProperly)(response, content, seen, nth);
  }
}

const tagOf = (content: Buffer) => `"${sha256Of(content).slice(0, 16)}"`;

/** As a good server does: ranges, and whole content where `If-Range` names another version. */
export function serveProperly(response: ServerResponse, content: Buffer, { range, ifRange }: SeenRequest): void {
  const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
  const isSame = ifRange === undefined || ifRange === tagOf(content);
  if (range !== undefined && isSame && from >= content.length) {
    response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end();
    return;
  }
  const isPart = range !== undefined && isSame;
  const body = isPart ? content.subarray(from) : content;
  response.writeHead(isPart ? 206 : 200, {
    'content-length': body.length,
    etag: tagOf(content),
    ...(isPart && { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` }),
  });
  response.end(body);
}

/** Says what a good server says, sends so many bytes of it, and then hangs up. */
export function cutAfter(nBytes: number): Behaviour {
  return (response, content, seen) => {
    const from = Number(/^bytes=(\d+)-$/.exec(seen.range ?? '')?.[1] ?? 0);
    const isSame = seen.ifRange === undefined || seen.ifRange === tagOf(content);
    const start = seen.range !== undefined && isSame ? from : 0;
    response.writeHead(start > 0 ? 206 : 200, {
      'content-length': content.length - start,
      etag: tagOf(content),
      ...(start > 0 && { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` }),
    });
    response.write(content.subarray(start, start + nBytes), () => response.socket?.end());
  };
}
