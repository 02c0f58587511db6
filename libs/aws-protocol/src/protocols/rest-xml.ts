import { Readable } from 'node:stream';
import type { ServiceError } from '../errors.js';
import type { HttpRequest, HttpResponse } from '../http.js';
import type { Member, Operation, ServiceApi } from '../schema.js';
import { structure, type DocumentCodec, type Protocol, type ResponseContext } from './protocol.js';
import { payloadMember, readBindings, writeHeaders } from './rest-bindings.js';
import { readXml } from './xml-reader.js';
import { readXmlStructure, writeXmlStructure } from './xml-values.js';
import { element, escapeXml, xmlDeclaration } from './xml-writer.js';

/** Event payloads as S3 sends them. https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html */
const xmlDocuments: DocumentCodec = {
  contentType: 'text/xml',
  read: (api, shape, bytes) => readXmlStructure(api, shape, readXml(bytes.toString('utf8'))),
  write: (api, shape, value, shapeName) =>
    Buffer.from(xmlDeclaration + element(shape.xmlName ?? shapeName, writeXmlStructure(api, shape, value))),
};

const xml = { 'content-type': 'application/xml' };

/** S3's protocol: REST bindings with XML bodies. https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html */
export class RestXmlProtocol implements Protocol {
  readonly name = 'restXml';
  readonly documents = xmlDocuments;

  readRequest(
    api: ServiceApi,
    operation: Operation,
    request: HttpRequest,
    body: Buffer | Readable,
    labels: Readonly<Record<string, string>>,
  ): Record<string, unknown> {
    const shape = structure(api, operation.input);
    const input = readBindings(api, shape, request, labels);
    const payload = payloadMember(shape);
    if (body instanceof Readable) {
      if (payload) input[payload[0]] = body;
      return input;
    }
    if (payload) {
      const value = readPayload(api, payload[1], body);
      if (value !== undefined) input[payload[0]] = value;
    } else if (body.length > 0 && Object.values(shape.members).some(({ binding }) => !binding)) {
      Object.assign(input, readXmlStructure(api, shape, readXml(body.toString('utf8'))));
    }
    return input;
  }

  writeResponse(
    api: ServiceApi,
    operation: Operation,
    output: Record<string, unknown>,
    { requestId, method }: ResponseContext,
  ): HttpResponse {
    const shape = structure(api, operation.output);
    const headers: Record<string, string> = { 'x-amz-request-id': requestId, ...writeHeaders(api, shape, output) };
    const status = headers['content-range'] ? 206 : (operation.http?.code ?? 200);
    if (method === 'HEAD' || status === 204) return { status, headers };
    const payload = payloadMember(shape);
    if (payload) return { status, ...writePayload(api, payload[1], output[payload[0]], headers) };
    const members = Object.values(shape.members).filter(({ binding }) => !binding);
    if (members.length === 0) return { status, headers, body: '' };
    const rootName = shape.xmlName ?? operation.output;
    return {
      status,
      headers: { ...headers, ...xml },
      body: xmlDeclaration + this.document(api, operation, rootName, output),
    };
  }

  private document(api: ServiceApi, operation: Operation, rootName: string, output: Record<string, unknown>): string {
    const shape = structure(api, operation.output);
    const namespace = shape.xmlNamespace?.uri ?? api.xmlNamespace;
    const attributes = namespace ? { xmlns: namespace } : {};
    if (operation.unwrappedXmlOutput) {
      const [name = '', member] = Object.entries(shape.members)[0] ?? [];
      return element(member?.xmlName ?? name, escapeXml((output[name] as string | undefined) ?? ''), attributes);
    }
    return element(rootName, writeXmlStructure(api, shape, output), attributes);
  }

  writeError(
    _api: ServiceApi | undefined,
    error: ServiceError,
    { requestId, method, resource }: ResponseContext,
  ): HttpResponse {
    const headers = { 'x-amz-request-id': requestId, ...error.headers };
    if (method === 'HEAD' || error.status === 304) return { status: error.status, headers };
    const members = Object.entries(error.members).map(([name, value]) => element(name, escapeXml(String(value))));
    const body =
      element('Code', escapeXml(error.code)) +
      element('Message', escapeXml(error.message)) +
      members.join('') +
      (resource === undefined ? '' : element('Resource', escapeXml(resource))) +
      element('RequestId', requestId);
    return { status: error.status, headers: { ...headers, ...xml }, body: xmlDeclaration + element('Error', body) };
  }
}

function readPayload(api: ServiceApi, member: Member, body: Buffer): unknown {
  const shape = api.shapes[member.shape];
  if (shape?.type === 'structure' || shape?.type === 'union') {
    return body.length === 0 ? undefined : readXmlStructure(api, shape, readXml(body.toString('utf8')));
  }
  return shape?.type === 'blob' ? body : body.toString('utf8');
}

function writePayload(
  api: ServiceApi,
  member: Member,
  value: unknown,
  headers: Record<string, string>,
): Omit<HttpResponse, 'status'> {
  const shape = api.shapes[member.shape];
  if (value === undefined || value === null) return { headers, body: '' };
  if (shape?.type === 'structure' || shape?.type === 'union') {
    const namespace = member.xmlNamespace?.uri ?? shape.xmlNamespace?.uri ?? api.xmlNamespace;
    const body = element(
      member.xmlName ?? shape.xmlName ?? member.shape,
      writeXmlStructure(api, shape, value as Record<string, unknown>),
      namespace ? { xmlns: namespace } : {},
    );
    return { headers: { ...headers, ...xml }, body: xmlDeclaration + body };
  }
  return { headers, body: value as string | Uint8Array | Readable };
}
