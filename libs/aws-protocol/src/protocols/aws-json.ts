import type { Readable } from 'node:stream';
import { ServiceError } from '../errors.js';
import type { HttpRequest, HttpResponse } from '../http.js';
import type { Operation, ServiceApi } from '../schema.js';
import { jsonDocuments, readJson, writeJson } from './json-values.js';
import type { Protocol, ResponseContext } from './protocol.js';

/** awsJson 1.0 and 1.1: one POST per call, the operation in X-Amz-Target. https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html */
export class AwsJsonProtocol implements Protocol {
  readonly documents = jsonDocuments;
  readonly hasInitialMessages = true;

  constructor(readonly name: 'awsJson1_0' | 'awsJson1_1') {}

  private get contentType(): string {
    return this.name === 'awsJson1_0' ? 'application/x-amz-json-1.0' : 'application/x-amz-json-1.1';
  }

  readRequest(
    api: ServiceApi,
    operation: Operation,
    _request: HttpRequest,
    body: Buffer | Readable,
  ): Record<string, unknown> {
    return readJson(api, operation.input, body as Buffer);
  }

  writeResponse(
    api: ServiceApi,
    operation: Operation,
    output: Record<string, unknown>,
    { requestId }: ResponseContext,
  ): HttpResponse {
    return {
      status: 200,
      headers: { 'content-type': this.contentType, 'x-amzn-requestid': requestId },
      body: writeJson(api, operation.output, output),
    };
  }

  writeError(api: ServiceApi | undefined, error: ServiceError, { requestId }: ResponseContext): HttpResponse {
    const shape = api?.shapes[error.code];
    // Some models spell the member `Message`; clients read whichever the model names.
    const spelt = shape?.type === 'structure' && 'Message' in shape.members ? { Message: error.message } : {};
    const headers: Record<string, string> = {
      'content-type': this.contentType,
      'x-amzn-requestid': requestId,
      'x-amzn-errortype': error.code,
      ...error.headers,
    };
    if (api?.awsQueryCompatible)
      headers['x-amzn-query-error'] = `${queryCode(api, error)};${error.fault === 'client' ? 'Sender' : 'Receiver'}`;
    return {
      status: error.status,
      headers,
      body: JSON.stringify({ __type: error.code, message: error.message, ...spelt, ...error.members }),
    };
  }
}

/** The code under which the query protocol, and its JSON successor, know an error. */
export function queryCode(api: ServiceApi | undefined, error: ServiceError): string {
  const shape = api?.shapes[error.code];
  return (shape?.type === 'structure' && shape.awsQueryError?.code) || error.code;
}
