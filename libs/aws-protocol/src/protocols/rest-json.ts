import { Readable } from 'node:stream';
import type { ServiceError } from '../errors.js';
import type { HttpRequest, HttpResponse } from '../http.js';
import type { Operation, ServiceApi } from '../schema.js';
import { jsonDocuments, readJsonStructure, writeJsonStructure } from './json-values.js';
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
    const target = api.shapes[member.shape];
    if (body instanceof Readable) input[name] = body;
    else if (target?.type === 'structure' || target?.type === 'union')
      input[name] = readJsonStructure(api, target, body);
    else input[name] = target?.type === 'blob' ? body : body.toString('utf8');
    return input;
  }

  writeResponse(
    api: ServiceApi,
    operation: Operation,
    output: Record<string, unknown>,
    { requestId }: ResponseContext,
  ): HttpResponse {
    const shape = structure(api, operation.output);
    const status = operation.http?.code ?? 200;
    const headers: Record<string, string> = { 'x-amzn-requestid': requestId, ...writeHeaders(api, shape, output) };
    const [name, member] = payloadMember(shape) ?? [];
    if (name === undefined || member === undefined) {
      return { status, headers: { ...json, ...headers }, body: JSON.stringify(writeJsonStructure(api, shape, output)) };
    }
    const target = api.shapes[member.shape];
    if (target?.type === 'structure' || target?.type === 'union') {
      const value = (output[name] ?? {}) as Record<string, unknown>;
      return { status, headers: { ...json, ...headers }, body: JSON.stringify(writeJsonStructure(api, target, value)) };
    }
    return { status, headers, body: (output[name] ?? '') as string | Uint8Array | Readable };
  }

  writeError(api: ServiceApi | undefined, error: ServiceError, { requestId }: ResponseContext): HttpResponse {
    const shape = api?.shapes[error.code];
    const spelt = shape?.type === 'structure' && 'Message' in shape.members ? { Message: error.message } : {};
    return {
      status: error.status,
      headers: { ...json, 'x-amzn-requestid': requestId, 'x-amzn-errortype': error.code, ...error.headers },
      body: JSON.stringify({ message: error.message, ...spelt, ...error.members }),
    };
  }
}
