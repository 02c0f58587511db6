import type { Readable } from 'node:stream';

/** Header names in lower case; repeated headers are joined with `, `. HTTP/2 pseudo-headers are stripped. */
export type Headers = Readonly<Record<string, string>>;

/** A request as it came off the wire, before anything is known about it. */
export interface HttpRequest {
  /**
   * How the client reached us.
   * @default 'http'
   */
  readonly scheme?: 'http' | 'https';
  /** The IP address that the connection came from; a proxy's where there is one. */
  readonly remoteAddress?: string | undefined;
  readonly method: string;
  /** The path exactly as sent: still percent-encoded, without the query. */
  readonly rawPath: string;
  /** The query exactly as sent, without the `?`; empty when there is none. */
  readonly rawQuery: string;
  readonly headers: Headers;
  /** The body; read it once. */
  readonly body: Readable;
}

/** A response ready to be written. A string or Buffer body gets its content-length; a stream is piped. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body?: string | Uint8Array | Readable;
  /**
   * The head goes out before the body's first byte is there, since the client waits for it, and the request's body may
   * still be arriving while the response is sent.
   */
  readonly duplex?: true;
}
