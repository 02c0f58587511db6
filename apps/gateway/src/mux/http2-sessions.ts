import {
  constants,
  createServer,
  type Http2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { Socket } from 'node:net';
import { Allowance } from './allowance.js';

export type Http2Listener = (request: Http2ServerRequest, response: Http2ServerResponse) => void;

/**
 * What a peer may ask for. Streams times window is the memory that one connection can fill with uploads nobody reads.
 * HTTP/1.1 takes 64 KiB of headers as well.
 */
const settings = {
  maxConcurrentStreams: 100,
  initialWindowSize: 256 * 1024,
  maxHeaderListSize: 64 * 1024,
  enablePush: false,
};

/** Window of a whole connection, bytes. The default of 64 KiB would hold up one upload after each round trip. */
const connectionWindowBytes = 4 * 1024 * 1024;

/** Memory of one session in MiB, beyond which it gets no further streams. */
const maxSessionMiB = 64;

/** Frames without a request behind them: no client needs more than a few in ten seconds, and each costs an answer. */
const controlFrames = { settings: 50, pings: 500, spanMs: 10_000 };

/** What is known of an open session. */
interface Watched {
  readonly streams: Set<ServerHttp2Stream>;
  /** When the last stream ended, or the session began. */
  idleSinceMs: number;
  /** Whether a ping was sent that was not answered yet. */
  awaited: boolean;
}

/**
 * The HTTP/2 sessions of a port, in clear or under TLS. nghttp2 itself bounds resets (1,000 at once, 33 a second),
 * CONTINUATION frames (8) and answers that the peer does not fetch (1,000); what it leaves open is bounded here.
 */
export class Http2Sessions {
  private readonly open = new Map<ServerHttp2Session, Watched>();
  private readonly server: Http2Server;
  private prober: NodeJS.Timeout | undefined;

  /**
   * @param stallMs a session or stream on which nothing moves for so long is closed
   * @param probeMs how often sessions without a call are asked for a sign of life. After a peer's mistake nghttp2 says
   *   goodbye and Node reads no further, so that it never learns that the peer is gone.
   */
  constructor(
    listener: Http2Listener,
    private readonly stallMs: number,
    private readonly probeMs: number,
  ) {
    this.server = createServer({ settings, maxSessionMemory: maxSessionMiB }, listener);
    this.server.on('session', (session: ServerHttp2Session) => this.watch(session));
    // A peer's mistake ends its session; there is nobody to tell.
    this.server.on('sessionError', () => undefined);
  }

  get nOpen(): number {
    return this.open.size;
  }

  /** Serves a connection that begins with the preface. */
  serve(socket: Socket): void {
    // HTTP/2 has no use for a connection that is closed on one side.
    socket.allowHalfOpen = false;
    this.server.emit('connection', socket);
  }

  /** Says goodbye: streams that are open may end, new ones are refused. */
  drain(): void {
    for (const session of this.open.keys()) session.close();
  }

  private watch(session: ServerHttp2Session): void {
    const watched: Watched = { streams: new Set(), idleSinceMs: Date.now(), awaited: false };
    this.open.set(session, watched);
    this.prober ??= setInterval(() => this.probe(), this.probeMs).unref();
    session.once('close', () => this.forget(session));
    session.setLocalWindowSize(connectionWindowBytes);
    bound(session);
    session.on('stream', (stream) => {
      watched.streams.add(stream);
      stream.once('close', () => {
        watched.streams.delete(stream);
        watched.idleSinceMs = Date.now();
      });
      // The peer's flow control could hold a response for ever, while pings keep the session alive.
      stream.setTimeout(this.stallMs, () => stream.close(constants.NGHTTP2_CANCEL));
    });
    session.setTimeout(this.stallMs, () => session.destroy());
  }

  private forget(session: ServerHttp2Session): void {
    this.open.delete(session);
    if (this.open.size > 0) return;
    clearInterval(this.prober);
    this.prober = undefined;
  }

  /**
   * Pings sessions that wait for no answer, so that no client takes the ping for progress of its call. Those that left the
   * former ping unanswered are gone; others may be idle for long.
   */
  private probe(): void {
    for (const [session, watched] of this.open) {
      if ([...watched.streams].some((stream) => !stream.writableEnded)) continue;
      if (watched.awaited) session.destroy();
      else if (watched.streams.size === 0 && Date.now() - watched.idleSinceMs > this.stallMs) session.close();
      // False where as many pings as Node allows wait already.
      else watched.awaited = session.ping(() => (watched.awaited = false));
    }
  }
}

/** Ends a session that floods its server with frames of control. */
function bound(session: ServerHttp2Session): void {
  const allow = (limit: number) => {
    const allowance = new Allowance(limit, controlFrames.spanMs);
    return () => {
      if (!allowance.take()) session.destroy(undefined, constants.NGHTTP2_ENHANCE_YOUR_CALM);
    };
  };
  session.on('remoteSettings', allow(controlFrames.settings));
  session.on('ping', allow(controlFrames.pings));
}
