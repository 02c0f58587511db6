import type { Readable } from 'node:stream';
import { ServiceError } from '../errors.js';
import type { HttpRequest, HttpResponse } from '../http.js';
import type { Member, Operation, ServiceApi, StructureShape } from '../schema.js';
import { queryCode } from './aws-json.js';
import { structure, type Protocol, type ResponseContext } from './protocol.js';
import { parseQuery } from './rest-bindings.js';
import { readText } from './text-values.js';
import { writeXmlStructure } from './xml-values.js';
import { element, escapeXml } from './xml-writer.js';

/** Form keys as a tree: `Tags.member.1.Key` is four levels. */
interface Node {
  value?: string;
  readonly children: Map<string, Node>;
}

const maxDepth = 32;
const maxKeys = 10_000;

function toTree(parameters: readonly (readonly [string, string])[]): Node {
  const root: Node = { children: new Map() };
  if (parameters.length > maxKeys)
    throw new ServiceError('MalformedQueryString', 'The query string has too many parameters');
  for (const [key, value] of parameters) {
    const path = key.split('.');
    if (path.length > maxDepth) throw new ServiceError('MalformedQueryString', 'A parameter is nested too deeply');
    let node = root;
    for (const step of path) {
      let next = node.children.get(step);
      if (!next) node.children.set(step, (next = { children: new Map() }));
      node = next;
    }
    node.value = value;
  }
  return root;
}

/** Children named 1, 2, … in their order; gaps are skipped, as AWS does. */
function numbered(node: Node | undefined): Node[] {
  if (!node) return [];
  return [...node.children]
    .filter(([key]) => /^\d{1,9}$/.test(key))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, child]) => child);
}

function readStructure(api: ServiceApi, shape: StructureShape, node: Node): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const name in shape.members) {
    const member = shape.members[name]!;
    const child = node.children.get(member.xmlName ?? name);
    if (!child) continue;
    const value = readNode(api, member, child);
    if (value !== undefined) result[name] = value;
  }
  return result;
}

function readNode(api: ServiceApi, member: Member, node: Node): unknown {
  const shape = api.shapes[member.shape];
  switch (shape?.type) {
    case 'structure':
    case 'union':
      return readStructure(api, shape, node);
    case 'list': {
      // `Name=` alone is an empty list.
      const items = numbered(member.xmlFlattened ? node : node.children.get(shape.member.xmlName ?? 'member'));
      return items.map((item) => readNode(api, shape.member, item)).filter((item) => item !== undefined);
    }
    case 'map': {
      const entries = numbered(member.xmlFlattened ? node : node.children.get('entry')).map((entry) => {
        const key = entry.children.get(shape.key.xmlName ?? 'key')?.value ?? '';
        const value = entry.children.get(shape.value.xmlName ?? 'value');
        return [key, value && readNode(api, shape.value, value)] as const;
      });
      return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
    }
    default:
      return node.value === undefined ? undefined : readText(api, member, node.value, 'MalformedInput');
  }
}

/** The query protocol: a form in, XML out. https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */
export class AwsQueryProtocol implements Protocol {
  readonly name = 'awsQuery';

  readRequest(
    api: ServiceApi,
    operation: Operation,
    request: HttpRequest,
    body: Buffer | Readable,
  ): Record<string, unknown> {
    const parameters = [...parseQuery(request.rawQuery), ...parseQuery((body as Buffer).toString('utf8'))];
    return readStructure(api, structure(api, operation.input), toTree(parameters));
  }

  writeResponse(
    api: ServiceApi,
    operation: Operation,
    output: Record<string, unknown>,
    { requestId }: ResponseContext,
  ): HttpResponse {
    const shape = structure(api, operation.output);
    const hasResult = Object.keys(shape.members).length > 0;
    const result = hasResult ? element(`${operation.name}Result`, writeXmlStructure(api, shape, output)) : '';
    const metadata = element('ResponseMetadata', element('RequestId', requestId));
    const body = element(
      `${operation.name}Response`,
      result + metadata,
      api.xmlNamespace ? { xmlns: api.xmlNamespace } : {},
    );
    return { status: 200, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId }, body };
  }

  writeError(api: ServiceApi | undefined, error: ServiceError, { requestId }: ResponseContext): HttpResponse {
    const members = Object.entries(error.members).map(([name, value]) => element(name, escapeXml(String(value))));
    const inner =
      element('Type', error.fault === 'client' ? 'Sender' : 'Receiver') +
      element('Code', escapeXml(queryCode(api, error))) +
      element('Message', escapeXml(error.message)) +
      members.join('');
    const body = element(
      'ErrorResponse',
      element('Error', inner) + element('RequestId', requestId),
      api?.xmlNamespace ? { xmlns: api.xmlNamespace } : {},
    );
    return {
      status: error.status,
      headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId, ...error.headers },
      body,
    };
  }
}
