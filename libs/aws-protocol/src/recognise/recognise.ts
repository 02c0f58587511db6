import { ServiceError } from '../errors.js';
import type { HttpRequest } from '../http.js';
import { protocols } from '../protocols/index.js';
import { eventStreamMember, type Protocol } from '../protocols/protocol.js';
import type { Operation, ProtocolName } from '../schema.js';
import type { ServiceDefinition } from '../service.js';
import { readClaims, type Claims } from './claims.js';
import { chooseByAction, readAction, speaksQuery } from './query-action.js';
import { Routes } from './routes.js';
import { isWebSocket, requestOfWebSocket } from './web-socket.js';
import { bucketOfHost } from './virtual-host.js';

/** What a request means: whose operation it is, in which protocol, and the values of its path's labels. */
export interface Recognised {
  readonly service: ServiceDefinition;
  readonly operation: Operation;
  readonly protocol: Protocol;
  readonly labels: Record<string, string>;
  /** What to decode, where that is not the request itself: a WebSocket's query stands for a request's headers. */
  readonly standsFor?: HttpRequest;
}

/** Finds out what a request means. `readBody` is called only for forms, whose action is in the body. */
export type Recognise = (request: HttpRequest, readBody: () => Promise<Buffer>) => Promise<Recognised>;

export interface RecogniserOptions {
  /**
   * Host names, without port, whose subdomains are S3 buckets.
   * @default ['localhost', 's3.localhost']
   */
  readonly baseHosts?: readonly string[];
}

/** Those that name the service and the operation. Clients may choose between them, whatever the model prefers. */
const rpcProtocols: ReadonlySet<ProtocolName> = new Set(['awsJson1_0', 'awsJson1_1', 'rpcv2Cbor']);
const restProtocols: readonly ProtocolName[] = ['restXml', 'restJson1'];

function protocolNamed(name: ProtocolName): Protocol {
  const protocol = protocols.get(name);
  if (!protocol) throw new ServiceError('NotImplemented', `Lantern does not speak the ${name} protocol yet`, 501);
  return protocol;
}

/** Prepares the tables once; the recogniser then costs microseconds a request. */
export function createRecogniser(services: readonly ServiceDefinition[], options: RecogniserOptions = {}): Recognise {
  const recogniser = new Recogniser(
    services,
    (options.baseHosts ?? ['localhost', 's3.localhost']).map((host) => host.toLowerCase()),
  );
  return (request, readBody) => recogniser.recognise(request, readBody);
}

class Recogniser {
  private readonly byTarget = new Map<string, ServiceDefinition>();
  private readonly query: readonly ServiceDefinition[];
  private readonly rest: readonly { service: ServiceDefinition; routes: Routes; protocol: ProtocolName }[];
  private readonly signingNames: ReadonlySet<string>;

  constructor(
    services: readonly ServiceDefinition[],
    private readonly baseHosts: readonly string[],
  ) {
    for (const service of services)
      if (service.api.protocols.some((name) => rpcProtocols.has(name))) this.byTarget.set(service.api.target, service);
    this.query = services.filter(speaksQuery);
    const rest = services.flatMap((service) => {
      const protocol = service.api.protocols.find((name) => restProtocols.includes(name));
      return protocol ? [{ service, routes: new Routes(service.api), protocol }] : [];
    });
    // S3's paths match almost anything, so it is asked last.
    this.rest = rest.sort((a, b) => Number(a.service.api.name === 's3') - Number(b.service.api.name === 's3'));
    this.signingNames = new Set(services.map(({ api }) => api.signingName));
  }

  async recognise(request: HttpRequest, readBody: () => Promise<Buffer>): Promise<Recognised> {
    const target = request.headers['x-amz-target'];
    if (target !== undefined) return this.byTargetHeader(target, request);
    if (request.headers['smithy-protocol'] !== undefined) return this.byRpcPath(request);
    const claims = readClaims(request);
    if (isWebSocket(request)) return this.byWebSocketPath(request, claims);
    return (await this.byAction(request, claims, readBody)) ?? this.byPath(request, claims);
  }

  private byTargetHeader(target: string, { headers }: HttpRequest): Recognised {
    const dot = target.lastIndexOf('.');
    const prefix = target.slice(0, Math.max(dot, 0));
    // Some clients write the whole Java name in front of the service's.
    const service = this.byTarget.get(prefix) ?? this.byTarget.get(prefix.slice(prefix.lastIndexOf('.') + 1));
    if (!service)
      throw new ServiceError(
        'UnknownOperationException',
        `Lantern serves no API with the X-Amz-Target prefix '${prefix.slice(0, 128)}'`,
      );
    const operation = operationOf(service, target.slice(dot + 1));
    return { service, operation, protocol: jsonProtocol(service, headers['content-type']), labels: {} };
  }

  /** https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html#requests */
  private byRpcPath({ method, headers, rawPath }: HttpRequest): Recognised {
    if (headers['smithy-protocol'] !== 'rpc-v2-cbor')
      throw new ServiceError(
        'UnknownOperationException',
        'Of the smithy-protocol family Lantern speaks rpc-v2-cbor alone',
      );
    const [, target = '', name = ''] = /\/service\/(\w{1,128})\/operation\/(\w{1,128})$/.exec(rawPath) ?? [];
    const service = this.byTarget.get(target);
    if (!service || method !== 'POST')
      throw new ServiceError(
        'UnknownOperationException',
        `Lantern serves no API at '${method} ${rawPath.slice(0, 300)}'`,
      );
    return { service, operation: operationOf(service, name), protocol: protocolNamed('rpcv2Cbor'), labels: {} };
  }

  private async byAction(
    request: HttpRequest,
    claims: Claims,
    readBody: () => Promise<Buffer>,
  ): Promise<Recognised | undefined> {
    if (request.method !== 'POST' && request.method !== 'GET') return undefined;
    const services = this.query.filter(({ api }) => claims.service === undefined || api.signingName === claims.service);
    if (services.length === 0) return undefined;
    const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
    const action =
      readAction(request.rawQuery) ??
      (isForm && request.method === 'POST' ? readAction((await readBody()).toString('utf8')) : undefined);
    if (action) return { ...chooseByAction(services, action), protocol: protocolNamed('awsQuery'), labels: {} };
    if (claims.service === undefined) return undefined;
    throw new ServiceError('MissingAction', 'The request is missing an action or a required parameter');
  }

  private byWebSocketPath(request: HttpRequest, claims: Claims): Recognised {
    const standsFor = claims.service === undefined ? undefined : requestOfWebSocket(request, claims.service);
    if (!standsFor) throw this.unrecognised(claims);
    const found = this.byPath(standsFor, claims);
    const { api } = found.service;
    if (!eventStreamMember(api, found.operation.input) || !eventStreamMember(api, found.operation.output))
      throw this.unrecognised(claims);
    return { ...found, standsFor };
  }

  private byPath(request: HttpRequest, claims: Claims): Recognised {
    for (const { service, routes, protocol } of this.rest.filter(({ service }) => mayMean(service, claims))) {
      const isS3 = service.api.name === 's3';
      const bucket = isS3 ? bucketOfHost(request.headers['host'], this.baseHosts) : undefined;
      const path = bucket === undefined ? request.rawPath : `/${encodeURIComponent(bucket)}${request.rawPath}`;
      const { method, rawQuery, headers } = request;
      const found = routes.match({ method, path, rawQuery, headers });
      if (found) return { service, ...found, protocol: protocolNamed(protocol) };
    }
    throw this.unrecognised(claims);
  }

  private unrecognised({ service, bearer }: Claims): ServiceError {
    if (service !== undefined && !this.signingNames.has(service))
      return new ServiceError('NotImplemented', `Lantern does not serve '${service}'`, 501);
    if (service === 's3' || (service === undefined && !bearer))
      return new ServiceError('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405);
    return new ServiceError(
      'UnknownOperationException',
      'The request names no operation: it has no X-Amz-Target, no Action, and its path belongs to no operation',
      404,
    );
  }
}

function operationOf({ api }: ServiceDefinition, name: string): Operation {
  const operation = Object.hasOwn(api.operations, name) ? api.operations[name] : undefined;
  if (!operation)
    throw new ServiceError('UnknownOperationException', `${api.sdkId} has no operation '${name.slice(0, 128)}'`);
  return operation;
}

/** Whether a path may belong to a service: the scope decides; without one it is S3, for bearers any, S3 last. */
function mayMean({ api }: ServiceDefinition, { service, bearer }: Claims): boolean {
  return service === undefined ? bearer === true || api.signingName === 's3' : api.signingName === service;
}

function jsonProtocol({ api }: ServiceDefinition, contentType: string | undefined): Protocol {
  const own = api.protocols.includes('awsJson1_0') ? 'awsJson1_0' : 'awsJson1_1';
  if (contentType?.startsWith('application/x-amz-json-1.0')) return protocolNamed('awsJson1_0');
  return protocolNamed(contentType?.startsWith('application/x-amz-json-1.1') ? 'awsJson1_1' : own);
}

const queryServices = new Set(['sts', 'sns', 'sqs']);

/** The protocol in which to tell a client that its request was not recognised: the one it most likely speaks. */
export function protocolForErrors(request: Pick<HttpRequest, 'headers' | 'rawQuery'>): Protocol {
  const contentType = request.headers['content-type'] ?? '';
  if (request.headers['smithy-protocol'] === 'rpc-v2-cbor') return protocolNamed('rpcv2Cbor');
  if (request.headers['x-amz-target'] !== undefined || contentType.startsWith('application/x-amz-json'))
    return protocolNamed(contentType.startsWith('application/x-amz-json-1.0') ? 'awsJson1_0' : 'awsJson1_1');
  const { service } = readClaims(request);
  const isForm = contentType.startsWith('application/x-www-form-urlencoded');
  if (service === undefined ? isForm || /(?:^|&)Action=/.test(request.rawQuery) : queryServices.has(service))
    return protocolNamed('awsQuery');
  const isJson = contentType.startsWith('application/json') || request.headers['smithy-protocol'] !== undefined;
  return protocolNamed(isJson || (service !== undefined && service !== 's3') ? 'restJson1' : 'restXml');
}
