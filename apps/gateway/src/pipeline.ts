import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import {
  authenticate,
  bodyLimitBytes,
  hasStreamingInput,
  internalFailure,
  notImplementedError,
  openVerifiedBody,
  protocolForErrors,
  readVerifiedBody,
  requireScopeService,
  ServiceError,
  validate,
  verifyBody,
  type Authentication,
  type Call,
  type CredentialSource,
  type ErrorStyle,
  type Handler,
  type HttpRequest,
  type HttpResponse,
  type Operation,
  type Recognise,
  type Recognised,
} from '@lantern/aws-protocol';
import type { Logger } from 'pino';
import { Abandonment } from './abandonment.js';
import type { Deadlines } from './deadlines.js';
import { send, toHttpRequest } from './raw-http.js';

/** Forms name their action in the body, which is then read before the caller is known: they are small. */
const formLimitBytes = 1 << 20;

export interface PipelineParts {
  readonly recognise: Recognise;
  readonly credentials: CredentialSource;
  /** The handler of an operation, or undefined where there is none. */
  readonly handlerOf: (recognised: Recognised) => Handler<Operation> | undefined;
  /** `true`, or how long the account must wait. */
  readonly takeToken: (account: string) => true | { readonly retryAfterMs: number };
  readonly deadlines: Deadlines;
  readonly log: Logger;
  readonly mode: 'strict' | 'open';
  readonly region: string;
  readonly callTimeoutMs: number;
}

/** What is known of one request; the steps fill it in their order. */
interface Exchange {
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

/** The path of a request. */
export class Pipeline {
  private inFlight = 0;

  constructor(private readonly parts: PipelineParts) {}

  /** Requests that are being answered. */
  get nInFlight(): number {
    return this.inFlight;
  }

  /** Answers one request; never rejects. */
  async handle(raw: IncomingMessage, out: ServerResponse): Promise<void> {
    const exchange = this.assignRequestId(raw);
    const { abandonment } = exchange;
    out.once('close', () => {
      if (!out.writableFinished) abandonment.abandon(new DOMException('The client left', 'AbortError'));
    });
    this.inFlight++;
    try {
      const response = await this.answerInTime(exchange);
      await send(raw, out, response);
      this.logCall(exchange, response.status);
    } catch (cause) {
      // The response had begun: nothing can be told to the client any more but that it is incomplete.
      out.destroy();
      this.parts.log.warn({ requestId: exchange.requestId, err: cause }, 'response broke off');
    } finally {
      this.inFlight--;
    }
  }

  /** The steps, or an error as soon as the call is abandoned: neither a deaf handler nor a stalled body holds a client. */
  private answerInTime(exchange: Exchange): Promise<HttpResponse> {
    const { abandonment, inTime } = exchange;
    return new Promise((resolve) => {
      abandonment.onAbandon((cause) => {
        inTime();
        resolve(this.writeError(exchange, cause));
      });
      void this.answer(exchange).then((response) => {
        inTime();
        if (abandonment.reason && response.body instanceof Readable) response.body.destroy();
        resolve(response);
      });
    });
  }

  private async answer(exchange: Exchange): Promise<HttpResponse> {
    try {
      await this.recogniseService(exchange);
      await this.authenticate(exchange);
      this.limitRate(exchange);
      await this.readRequest(exchange);
      this.validateRequest(exchange);
      return await this.callOperation(exchange);
    } catch (cause) {
      return this.writeError(exchange, cause);
    }
  }

  private assignRequestId(raw: IncomingMessage): Exchange {
    const abandonment = new Abandonment();
    return {
      request: toHttpRequest(raw),
      requestId: randomUUID(),
      startedAtMs: performance.now(),
      abandonment,
      inTime: this.parts.deadlines.within(this.parts.callTimeoutMs, abandonment),
    };
  }

  private async recogniseService(exchange: Exchange): Promise<void> {
    const { request } = exchange;
    exchange.recognised = await this.parts.recognise(request, async () => {
      exchange.form = await readForm(request);
      return exchange.form;
    });
  }

  private async authenticate(exchange: Exchange): Promise<void> {
    const { api } = recognised(exchange).service;
    const errorStyle = styleOf(api.name);
    exchange.authentication = await authenticate(exchange.request, {
      source: this.parts.credentials,
      now: Date.now,
      mode: this.parts.mode,
      errorStyle,
      defaultRegion: this.parts.region,
      ...hostBucket(exchange),
    });
    requireScopeService(exchange.authentication, api.signingName, errorStyle, exchange.request);
  }

  private limitRate(exchange: Exchange): void {
    const taken = this.parts.takeToken(authenticated(exchange).principal.account);
    if (taken === true) return;
    const headers = { 'retry-after': String(Math.max(1, Math.ceil(taken.retryAfterMs / 1000))) };
    throw recognised(exchange).service.api.name === 's3'
      ? new ServiceError('SlowDown', 'Please reduce your request rate.', 503, {}, headers)
      : new ServiceError('ThrottlingException', 'Rate exceeded', 400, {}, headers);
  }

  private async readRequest(exchange: Exchange): Promise<void> {
    const { request } = exchange;
    const { service, operation, protocol, labels } = recognised(exchange);
    const authentication = authenticated(exchange);
    let body: Buffer | Readable;
    if (exchange.form) body = verifyBody(exchange.form, request, authentication);
    else if (hasStreamingInput(service.api, operation)) {
      // A large upload may take as long as it flows; the server closes a connection that stalls.
      exchange.inTime();
      body = openVerifiedBody(request, authentication);
    } else body = await readVerifiedBody(request, authentication, bodyLimitBytes(service.api, operation));
    exchange.input = protocol.readRequest(service.api, operation, request, body, labels);
  }

  private validateRequest(exchange: Exchange): void {
    const { service, operation } = recognised(exchange);
    validate(service.api, operation, exchange.input ?? {});
  }

  private async callOperation(exchange: Exchange): Promise<HttpResponse> {
    const known = recognised(exchange);
    const { service, operation, protocol } = known;
    const handler = this.parts.handlerOf(known);
    if (!handler) throw notImplementedError(service.api.sdkId, operation.name, reasonOf(known));
    const output = await handler.handle(exchange.input, this.callOf(exchange));
    const response = protocol.writeResponse(
      service.api,
      operation,
      (output ?? {}) as Record<string, unknown>,
      contextOf(exchange),
    );
    if (exchange.extraHeaders) Object.assign(response.headers, exchange.extraHeaders);
    return response;
  }

  private callOf(exchange: Exchange): Call {
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
      origin: `http://${request.headers.host ?? 'localhost'}`,
      headers: request.headers,
      get signal() {
        return abandonment.signal;
      },
      note: (field, value) => void ((exchange.notes ??= {})[field] = value),
      setHeader: (name, value) => void ((exchange.extraHeaders ??= {})[name] = value),
    };
  }

  private writeError(exchange: Exchange, cause: unknown): HttpResponse {
    const { request } = exchange;
    const error = cause instanceof ServiceError ? cause : this.unexpected(exchange, cause);
    const protocol = exchange.recognised?.protocol ?? protocolForErrors(request);
    return protocol.writeError(exchange.recognised?.service.api, error, contextOf(exchange));
  }

  private unexpected({ requestId, abandonment }: Exchange, cause: unknown): ServiceError {
    if (abandonment.reason) {
      return abandonment.reason.name === 'TimeoutError'
        ? new ServiceError('RequestTimeoutException', 'The call took too long and was given up', 503)
        : new ServiceError('RequestAborted', 'The client left before the answer was ready', 499);
    }
    this.parts.log.error({ requestId, err: cause }, 'internal failure');
    return internalFailure(requestId);
  }

  /** One line per call; members of the request never appear in it. */
  private logCall({ requestId, startedAtMs, recognised, authentication, notes }: Exchange, status: number): void {
    if (!this.parts.log.isLevelEnabled('info')) return;
    this.parts.log.info({
      requestId,
      account: authentication?.principal.account,
      region: authentication?.region,
      service: recognised?.service.api.name,
      operation: recognised?.operation.name,
      status,
      durationMs: Math.round((performance.now() - startedAtMs) * 10) / 10,
      ...notes,
    });
  }
}

const styleOf = (name: string): ErrorStyle =>
  name === 's3' ? 's3' : name === 'sts' || name === 'sns' ? 'sts' : 'other';

/** The bucket that the Host header names instead of the path. */
function hostBucket(exchange: Exchange): { hostBucket?: string } {
  const { Bucket } = recognised(exchange).labels;
  const { host = '' } = exchange.request.headers;
  return Bucket !== undefined && host.startsWith(`${Bucket}.`) ? { hostBucket: Bucket } : {};
}

const contextOf = ({ request, requestId }: Exchange) => ({
  requestId,
  method: request.method,
  resource: request.rawPath,
});

function recognised({ recognised }: Exchange): Recognised {
  if (!recognised) throw new Error('the request was not recognised yet');
  return recognised;
}

function authenticated({ authentication }: Exchange): Authentication {
  if (!authentication) throw new Error('the caller was not authenticated yet');
  return authentication;
}

function reasonOf({ service, operation }: Recognised): string {
  const entry = service.table[operation.name];
  return entry && 'notImplemented' in entry ? entry.notImplemented : 'this process does not serve it';
}

async function readForm({ body, headers }: HttpRequest): Promise<Buffer> {
  const tooLarge = () => new ServiceError('RequestEntityTooLarge', 'The request is too large', 413);
  if (Number(headers['content-length'] ?? 0) > formLimitBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size > formLimitBytes) throw tooLarge();
  }
  return Buffer.concat(chunks);
}
