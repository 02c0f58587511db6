import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import {
  authenticate,
  bodyLimitBytes,
  hasEventInput,
  hasEventOutput,
  hasStreamingInput,
  internalFailure,
  notImplementedError,
  openVerifiedBody,
  protocolForErrors,
  readStreamingRequest,
  readVerifiedBody,
  requireScopeService,
  ServiceError,
  validate,
  verifyBody,
  writeErrorFrame,
  writeEventFrames,
  writeStreamingResponse,
  type CredentialSource,
  type EventSource,
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
import type { EventSocket, UpgradeDoor } from './event-socket.js';
import {
  authenticated,
  contextOf,
  ExchangeCall,
  hostBucket,
  reasonOf,
  recognised,
  styleOf,
  type Exchange,
} from './exchange.js';
import type { PublicFiles } from './public-files.js';
import {
  breakOff,
  isComplete,
  onceClosed,
  send,
  toHttpRequest,
  type RawRequest,
  type RawResponse,
} from './raw-http.js';
import { webSocketElsewhere, type PassOn } from './upstreams.js';

/** Forms name their action in the body, which is then read before the caller is known: they are small. */
const formLimitBytes = 4 << 20;

export interface PipelineParts {
  readonly recognise: Recognise;
  readonly credentials: CredentialSource;
  /** The handler of an operation, or undefined where there is none. */
  readonly handlerOf: (recognised: Recognised) => Handler<Operation> | undefined;
  /** How to reach the process that answers in this one's stead, or undefined where this one answers. */
  readonly elsewhere?: (recognised: Recognised) => PassOn | undefined;
  /** Answers requests for files that need no signature. */
  readonly publicFiles?: PublicFiles;
  /** `true`, or how long the account must wait. */
  readonly takeToken: (account: string) => true | { readonly retryAfterMs: number };
  readonly deadlines: Deadlines;
  readonly log: Logger;
  readonly mode: 'strict' | 'open';
  readonly region: string;
  readonly callTimeoutMs: number;
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
  async handle(raw: RawRequest, out: RawResponse): Promise<void> {
    const exchange = this.assignRequestId(raw);
    const { abandonment } = exchange;
    onceClosed(out, () => {
      if (!isComplete(out)) abandonment.abandon(new DOMException('The client left', 'AbortError'));
    });
    this.inFlight++;
    try {
      const response = await this.answerInTime(exchange);
      await send(raw, out, response);
      this.logCall(exchange, response.status);
    } catch (cause) {
      // The response had begun: nothing can be told to the client any more but that it is incomplete.
      breakOff(out);
      this.parts.log.warn({ requestId: exchange.requestId, err: cause }, 'response broke off');
    } finally {
      this.inFlight--;
    }
  }

  /** Answers a request to become a WebSocket; never rejects. Whoever may come in is told everything else in a frame. */
  async upgrade(raw: IncomingMessage, door: UpgradeDoor): Promise<void> {
    const exchange = this.assignRequestId(raw);
    const { abandonment } = exchange;
    raw.socket.once('close', () => abandonment.abandon(new DOMException('The client left', 'AbortError')));
    this.inFlight++;
    try {
      const refused = await this.admit(exchange);
      if (refused) door.refuse(refused);
      else await this.converse(exchange, await door.accept());
      this.logCall(exchange, refused?.status ?? 101);
    } catch (cause) {
      this.parts.log.warn({ requestId: exchange.requestId, err: cause }, 'conversation broke off');
    } finally {
      exchange.inTime();
      this.inFlight--;
    }
  }

  /** The steps before the WebSocket is accepted, or the answer that refuses it. */
  private async admit(exchange: Exchange): Promise<HttpResponse | undefined> {
    try {
      await this.recogniseService(exchange);
      if (this.parts.elsewhere?.(recognised(exchange))) throw webSocketElsewhere();
      await this.authenticate(exchange);
      this.limitRate(exchange);
      return undefined;
    } catch (cause) {
      return this.writeError(exchange, cause);
    }
  }

  private async converse(exchange: Exchange, socket: EventSocket): Promise<void> {
    const { service, operation, protocol } = recognised(exchange);
    const streaming = { api: service.api, operation, protocol };
    const toError = this.toError(exchange);
    try {
      verifyBody(Buffer.alloc(0), exchange.request, authenticated(exchange));
      await this.openEvents(exchange, { bytes: socket.messages, unsigned: true });
      this.validateRequest(exchange);
      const output = await this.callHandler(exchange);
      for await (const frame of writeEventFrames(streaming, output, toError)) await socket.send(frame);
    } catch (cause) {
      if (exchange.abandonment.reason) return;
      await socket.send(writeErrorFrame(streaming, toError(cause)));
    } finally {
      socket.close();
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
      const file = this.parts.publicFiles?.(exchange.request);
      if (file) return await file;
      await this.recogniseService(exchange);
      const passOn = this.parts.elsewhere?.(recognised(exchange));
      // Who calls and how often is for the process that answers to judge.
      if (passOn) return await this.passOn(exchange, passOn);
      await this.authenticate(exchange);
      this.limitRate(exchange);
      await this.readRequest(exchange);
      this.validateRequest(exchange);
      return await this.callOperation(exchange);
    } catch (cause) {
      return this.writeError(exchange, cause);
    }
  }

  private assignRequestId(raw: RawRequest): Exchange {
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

  private passOn(exchange: Exchange, passOn: PassOn): Promise<HttpResponse> {
    const { request, form, abandonment } = exchange;
    const { service, operation } = recognised(exchange);
    if (hasStreamingInput(service.api, operation) || hasEventInput(service.api, operation)) exchange.inTime();
    return passOn({ request, form, signal: abandonment.signal });
  }

  private async authenticate(exchange: Exchange): Promise<void> {
    const { service, operation } = recognised(exchange);
    const { api, unsigned } = service;
    const errorStyle = styleOf(api.name);
    exchange.authentication = await authenticate(exchange.request, {
      source: this.parts.credentials,
      now: Date.now,
      mode: this.parts.mode,
      errorStyle,
      defaultRegion: this.parts.region,
      allowUnsigned: unsigned?.has(operation.name) === true,
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
    if (hasEventInput(service.api, operation))
      // Whoever stops reading still wants to answer: the stream under the request must stay.
      return this.openEvents(exchange, { bytes: request.body.iterator({ destroyOnReturn: false }) });
    if (exchange.form) body = verifyBody(exchange.form, request, authentication);
    else if (hasStreamingInput(service.api, operation)) {
      // A large upload may take as long as it flows; the server closes a connection that stalls.
      exchange.inTime();
      body = openVerifiedBody(request, authentication);
    } else body = await readVerifiedBody(request, authentication, bodyLimitBytes(service.api, operation));
    exchange.input = protocol.readRequest(service.api, operation, request, body, labels);
  }

  /** Decodes the input of an operation that takes a stream of events; the handler reads the events as they come. */
  private async openEvents(exchange: Exchange, source: EventSource): Promise<void> {
    const { service, operation, protocol, labels, standsFor = exchange.request } = recognised(exchange);
    const authentication = authenticated(exchange);
    exchange.input = await readStreamingRequest(
      { api: service.api, operation, protocol },
      { request: standsFor, labels, authentication, source },
    );
    // A conversation takes as long as it lasts; the server closes a connection that stalls.
    exchange.inTime();
  }

  private validateRequest(exchange: Exchange): void {
    const { service, operation } = recognised(exchange);
    validate(service.api, operation, exchange.input ?? {});
  }

  private async callOperation(exchange: Exchange): Promise<HttpResponse> {
    const output = await this.callHandler(exchange);
    const { service, operation, protocol } = recognised(exchange);
    const { api } = service;
    const response = hasEventOutput(api, operation)
      ? writeStreamingResponse({ api, operation, protocol }, output, contextOf(exchange), this.toError(exchange))
      : protocol.writeResponse(api, operation, output, contextOf(exchange));
    if (exchange.extraHeaders) Object.assign(response.headers, exchange.extraHeaders);
    return response;
  }

  private async callHandler(exchange: Exchange): Promise<Record<string, unknown>> {
    const known = recognised(exchange);
    const handler = this.parts.handlerOf(known);
    if (!handler) throw notImplementedError(known.service.api.sdkId, known.operation.name, reasonOf(known));
    // The output's schema writes it; a handler without one may answer with nothing.
    return ((await handler.handle(exchange.input, new ExchangeCall(exchange))) ?? {}) as Record<string, unknown>;
  }

  private toError(exchange: Exchange): (cause: unknown) => ServiceError {
    return (cause) => (cause instanceof ServiceError ? cause : this.unexpected(exchange, cause));
  }

  private writeError(exchange: Exchange, cause: unknown): HttpResponse {
    const { request } = exchange;
    const error = this.toError(exchange)(cause);
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
