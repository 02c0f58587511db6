import type {
  Abortable,
  Authentication,
  Call,
  ErrorStyle,
  Headers,
  HttpRequest,
  Principal,
  Recognised,
  ResponseContext,
} from '@lantern/aws-protocol';
import type { Abandonment } from './abandonment.js';

/** What is known of one request; the pipeline's steps fill it in their order. */
export interface Exchange {
  readonly request: HttpRequest;
  readonly requestId: string;
  readonly startedAtMs: number;
  readonly abandonment: Abandonment;
  /** Ends the call's deadline. */
  readonly inTime: () => void;
  form?: Buffer;
  recognised?: Recognised;
  authentication?: Authentication;
  input?: Record<string, unknown>;
  notes?: Record<string, string | number>;
  extraHeaders?: Record<string, string>;
}

/** @throws Error where a step comes too early: a mistake of ours */
export function recognised({ recognised }: Exchange): Recognised {
  if (!recognised) throw new Error('the request was not recognised yet');
  return recognised;
}

/** @throws Error where a step comes too early: a mistake of ours */
export function authenticated({ authentication }: Exchange): Authentication {
  if (!authentication) throw new Error('the caller was not authenticated yet');
  return authentication;
}

export const contextOf = ({ request, requestId }: Exchange): ResponseContext => ({
  requestId,
  method: request.method,
  resource: request.rawPath,
});

/** What the handler may know of the call. A class, since few handlers look at more than a few of its members. */
export class ExchangeCall implements Call {
  readonly account: string;
  readonly principal: Principal;
  readonly region: string;

  constructor(private readonly exchange: Exchange) {
    const { principal, region } = authenticated(exchange);
    this.principal = principal;
    this.account = principal.account;
    this.region = region;
  }

  get requestId(): string {
    return this.exchange.requestId;
  }

  get service(): string {
    return recognised(this.exchange).service.api.name;
  }

  get operation(): string {
    return recognised(this.exchange).operation.name;
  }

  get origin(): string {
    const { scheme = 'http', headers } = this.exchange.request;
    return `${scheme}://${headers.host ?? 'localhost'}`;
  }

  get headers(): Headers {
    return this.exchange.request.headers;
  }

  get remoteAddress(): string | undefined {
    return this.exchange.request.remoteAddress;
  }

  get signal(): AbortSignal {
    return this.exchange.abandonment.signal;
  }

  get abandonment(): Abortable {
    return this.exchange.abandonment;
  }

  note(field: string, value: string | number): void {
    (this.exchange.notes ??= {})[field] = value;
  }

  setHeader(name: string, value: string): void {
    (this.exchange.extraHeaders ??= {})[name] = value;
  }
}

/** Whose words a refusal uses. */
export const styleOf = (serviceName: string): ErrorStyle =>
  serviceName === 's3' ? 's3' : serviceName === 'sts' || serviceName === 'sns' ? 'sts' : 'other';

/** The bucket that the Host header names instead of the path. */
export function hostBucket(exchange: Exchange): { hostBucket?: string } {
  const { Bucket } = recognised(exchange).labels;
  const { host = '' } = exchange.request.headers;
  return Bucket !== undefined && host.startsWith(`${Bucket}.`) ? { hostBucket: Bucket } : {};
}

/** Why the operation has no handler here. */
export function reasonOf({ service, operation }: Recognised): string {
  const entry = service.table[operation.name];
  return entry && 'notImplemented' in entry ? entry.notImplemented : 'this process does not serve it';
}
