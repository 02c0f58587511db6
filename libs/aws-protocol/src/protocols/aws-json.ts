import type { Readable } from 'node:stream';
import { ServiceError } from '../errors.js';
import type { HttpRequest, HttpResponse } from '../http.js';
import type { Operation, ServiceApi } from '../schema.js';
import { jsonDocuments, readJson, writeJson, writeJsonError } from './json-values.js';
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
    const headers: Record<string, string> = {
      'content-type': this.contentType,
      'x-amzn-requestid': requestId,
      'x-amzn-errortype': error.code,
      ...error.headers,
    };
    if (api?.awsQueryCompatible) headers['x-amzn-query-error'] = queryErrorHeader(api, error);
    return {
      status: error.status,
      headers,
      body: writeJsonError(api, error, { __type: error.code }),
    };
  }
}

/** Errors that no model lists and that services which moved from query to JSON name differently in each; recorded for SQS. */
const commonQueryCodes: ReadonlyMap<string, string> = new Map([
  ['InvalidParameterValueException', 'InvalidParameterValue'],
  ['MissingRequiredParameterException', 'MissingParameter'],
]);

/** The code under which the query protocol, and its JSON successor, know an error. */
export function queryCode(api: ServiceApi | undefined, error: ServiceError): string {
  const shape = api?.shapes[error.code];
  const modelled = shape?.type === 'structure' ? shape.awsQueryError?.code : undefined;
  const common = api?.awsQueryCompatible && !shape ? commonQueryCodes.get(error.code) : undefined;
  return modelled ?? common ?? error.code;
}

/** What tells clients of a service that once spoke the query protocol the error's old code and whose fault it is. */
export const queryErrorHeader = (api: ServiceApi, error: ServiceError): string =>
  `${queryCode(api, error)};${error.fault === 'client' ? 'Sender' : 'Receiver'}`;
