import type { Headers } from './http.js';

/** Who calls. */
export interface Principal {
  /** Twelve digits. */
  readonly account: string;
  /** ARN of the user, assumed role or account root. */
  readonly arn: string;
  /** AWS's unique id of the principal (AIDA… / AROA…:session). */
  readonly userId: string;
  readonly accessKeyId: string;
}

/** Whether something is still wanted, for those who look from time to time. Every AbortSignal is one, at twenty times the cost. */
export interface Abortable {
  readonly aborted: boolean;
  /** Why not, once it is not wanted any more. */
  readonly reason: unknown;
}

/** What a handler may know of the call beside its input. */
export interface Call {
  readonly requestId: string;
  readonly service: string;
  readonly operation: string;
  readonly principal: Principal;
  /** Short for `principal.account`. */
  readonly account: string;
  readonly region: string;
  /** Origin under which the client reached us, e.g. `http://127.0.0.1:4566`. */
  readonly origin: string;
  readonly headers: Headers;
  /** The IP address that the request came from; absent where the suite itself calls. */
  readonly remoteAddress?: string | undefined;
  /** Set where the suite itself calls through `OperationCaller`; absent on every request from outside. */
  readonly internal?: { readonly groupId?: string };
  /** Aborts when the client leaves, the call times out or the program stops. Made when it is asked for. */
  readonly signal: AbortSignal;
  /** What `signal` says, without making it. */
  readonly abandonment: Abortable;
  /** Adds a field to the call's log line, e.g. the model digest. */
  note(field: string, value: string | number): void;
  /** Sets a response header that the output shape does not model. */
  setHeader(name: string, value: string): void;
}
