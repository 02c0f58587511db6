import { Readable } from 'node:stream';
import type { ServiceError } from '../errors.js';
import type { HttpRequest, HttpResponse } from '../http.js';
import type { Member, Operation, ServiceApi, StructureShape } from '../schema.js';
import {
  jsonDocuments,
  readJsonDocument,
  readJsonStructure,
  writeJsonError,
  writeJsonStructure,
} from './json-values.js';
import { structure, type Protocol, type ResponseContext } from './protocol.js';
import { payloadMember, readBindings, writeHeaders } from './rest-bindings.js';

const json = { 'content-type': 'application/json' };

/** REST bindings with JSON bodies. https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html */
export class RestJsonProtocol implements Protocol {
  readonly name = 'restJson1';
  readonly documents = jsonDocuments;

  readRequest(
    api: ServiceApi,
    operation: Operation,
    request: HttpRequest,
    body: Buffer | Readable,
    labels: Readonly<Record<string, string>>,
  ): Record<string, unknown> {
    const shape = structure(api, operation.input);
    const input = readBindings(api, shape, request, labels);
    const [name, member] = payloadMember(shape) ?? [];
    if (name === undefined || member === undefined)
      return body instanceof Readable ? input : { ...input, ...readJsonStructure(api, shape, body) };
    const value = body instanceof Readable ? body : readPayload(api, member, body);
    if (value !== undefined) input[name] = value;
    return input;
  }

  writeResponse(
    api: ServiceApi,
    operation: Operation,
    output: Record<string, unknown>,
    { requestId, method }: ResponseContext,
  ): HttpResponse {
    const shape = structure(api, operation.output);
    const status = statusOf(shape, output) ?? operation.http?.code ?? 200;
    const headers: Record<string, string> = { 'x-amzn-requestid': requestId, ...writeHeaders(api, shape, output) };
    if (method === 'HEAD' || status === 204 || status === 304) return { status, headers };
    const [name, member] = payloadMember(shape) ?? [];
    if (name === undefined || member === undefined)
      return { status, headers: { ...json, ...headers }, body: JSON.stringify(writeJsonStructure(api, shape, output)) };
    return { status, ...writePayload(api, member, output[name], headers) };
  }

  writeError(api: ServiceApi | undefined, error: ServiceError, { requestId }: ResponseContext): HttpResponse {
    const shape = api && structure(api, error.code);
    return {
      status: error.status,
      headers: {
        ...json,
        'x-amzn-requestid': requestId,
        'x-amzn-errortype': error.code,
        ...(api && shape && writeHeaders(api, shape, error.members)),
        ...error.headers,
      },
      body: writeJsonError(api, error),
    };
  }
}

/** The status that the output itself names. */
function statusOf(shape: StructureShape, output: Readonly<Record<string, unknown>>): number | undefined {
  const [name] = Object.entries(shape.members).find(([, { binding }]) => binding?.in === 'responseCode') ?? [];
  const status = name === undefined ? undefined : output[name];
  return typeof status === 'number' ? status : undefined;
}

/** The whole body as one member. No body is no structure; of bytes and text it is an empty one. */
function readPayload(api: ServiceApi, member: Member, body: Buffer): unknown {
  const target = api.shapes[member.shape];
  if (target?.type === 'structure' || target?.type === 'union')
    return body.length === 0 ? undefined : readJsonStructure(api, target, body);
  if (target?.type === 'document') return body.length === 0 ? undefined : readJsonDocument(body);
  return target?.type === 'blob' ? body : body.toString('utf8');
}

function writePayload(
  api: ServiceApi,
  member: Member,
  value: unknown,
  headers: Record<string, string>,
): Omit<HttpResponse, 'status'> {
  const target = api.shapes[member.shape];
  if (target?.type === 'document') return { headers: { ...json, ...headers }, body: JSON.stringify(value ?? null) };
  if (target?.type === 'structure' || target?.type === 'union') {
    const body = JSON.stringify(writeJsonStructure(api, target, (value ?? {}) as Record<string, unknown>));
    return { headers: { ...json, ...headers }, body };
  }
  const type =
    member.mediaType ?? target?.mediaType ?? (target?.type === 'blob' ? 'application/octet-stream' : 'text/plain');
  // An output's own content type stands before the model's.
  return { headers: { 'content-type': type, ...headers }, body: (value ?? '') as string | Uint8Array | Readable };
}
