import type { Readable } from 'node:stream';
import type { ServiceError } from '../errors.js';
import type { HttpRequest, HttpResponse } from '../http.js';
import type { Operation, ServiceApi } from '../schema.js';
import { queryErrorHeader } from './aws-json.js';
import { cborDocuments, readCborStructure, writeCborError } from './cbor-values.js';
import { structure, type Protocol, type ResponseContext } from './protocol.js';

const headersOf = ({ requestId }: ResponseContext) => ({
  'smithy-protocol': 'rpc-v2-cbor',
  'x-amzn-requestid': requestId,
});

/**
 * Smithy's RPC protocol over CBOR: one POST per call, the operation in the path.
 * https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
 */
export class RpcV2CborProtocol implements Protocol {
  readonly name = 'rpcv2Cbor';
  readonly documents = cborDocuments;
  readonly hasInitialMessages = true;

  readRequest(
    api: ServiceApi,
    operation: Operation,
    _request: HttpRequest,
    body: Buffer | Readable,
  ): Record<string, unknown> {
    // No operation of an RPC service has a streaming blob.
    return readCborStructure(api, structure(api, operation.input), body as Buffer);
  }

  writeResponse(
    api: ServiceApi,
    operation: Operation,
    output: Record<string, unknown>,
    context: ResponseContext,
  ): HttpResponse {
    const headers = headersOf(context);
    // An operation without output answers with nothing at all.
    if (api.shapes[operation.output] === undefined) return { status: 200, headers, body: '' };
    const body = cborDocuments.write(api, structure(api, operation.output), output, operation.output);
    return { status: 200, headers: { ...headers, 'content-type': cborDocuments.contentType }, body };
  }

  writeError(api: ServiceApi | undefined, error: ServiceError, context: ResponseContext): HttpResponse {
    const headers: Record<string, string> = {
      ...headersOf(context),
      'content-type': cborDocuments.contentType,
      'x-amzn-errortype': error.code,
      ...error.headers,
    };
    if (api?.awsQueryCompatible) headers['x-amzn-query-error'] = queryErrorHeader(api, error);
    return { status: error.status, headers, body: writeCborError(api, error) };
  }
}
