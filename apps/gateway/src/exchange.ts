import type { Authentication, Call, ErrorStyle, HttpRequest, Recognised, ResponseContext } from '@lantern/aws-protocol';
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

/** What the handler may know of the call. */
export function callOf(exchange: Exchange): Call {
  const { request, requestId, abandonment } = exchange;
  const { service, operation } = recognised(exchange);
  const { principal, region } = authenticated(exchange);
  return {
    requestId,
    service: service.api.name,
    operation: operation.name,
    principal,
    account: principal.account,
    region,
    origin: `${request.scheme ?? 'http'}://${request.headers.host ?? 'localhost'}`,
    headers: request.headers,
    remoteAddress: request.remoteAddress,
    get signal() {
      return abandonment.signal;
    },
    note: (field, value) => void ((exchange.notes ??= {})[field] = value),
    setHeader: (name, value) => void ((exchange.extraHeaders ??= {})[name] = value),
  };
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
