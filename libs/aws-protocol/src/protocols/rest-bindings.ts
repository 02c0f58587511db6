import { ServiceError } from '../errors.js';
import type { HttpRequest } from '../http.js';
import type { Member, ServiceApi, StructureShape } from '../schema.js';
import { joinHeaderList, splitDateList, splitHeaderList } from './header-lists.js';
import { readText, writeText } from './text-values.js';

/** One decoded query parameter; a parameter without `=` has an empty value. */
export type QueryParameters = readonly (readonly [name: string, value: string])[];

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replace(/\+/g, ' '));
  } catch {
    throw new ServiceError('InvalidURI', "Couldn't parse the specified URI.");
  }
}

/** Splits and decodes a raw query. Throws InvalidURI on a broken escape. */
export function parseQuery(rawQuery: string): QueryParameters {
  if (rawQuery === '') return [];
  return rawQuery
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const equals = part.indexOf('=');
      return equals < 0
        ? ([decode(part), ''] as const)
        : ([decode(part.slice(0, equals)), decode(part.slice(equals + 1))] as const);
    });
}

function fromHeader(api: ServiceApi, member: Member, text: string): unknown {
  const shape = api.shapes[member.shape];
  if (shape?.type !== 'list') return readText(api, member, fromMedia(api, member, text), 'InvalidArgument');
  const isDates = api.shapes[shape.member.shape]?.type === 'timestamp' && text.includes('GMT');
  const items = isDates ? splitDateList(text) : splitHeaderList(text);
  return items.map((item) => readText(api, shape.member, item, 'InvalidArgument'));
}

/** A string with a media type (`jsonValue`) travels in a header as base64. */
const hasMedia = (api: ServiceApi, member: Member): boolean => {
  const shape = api.shapes[member.shape];
  return shape?.type === 'string' && (member.mediaType ?? shape.mediaType) !== undefined;
};

const fromMedia = (api: ServiceApi, member: Member, text: string): string =>
  hasMedia(api, member) ? Buffer.from(text, 'base64').toString('utf8') : text;

function fromQuery(api: ServiceApi, member: Member, name: string, query: QueryParameters): unknown {
  const values = query.filter(([key]) => key === name).map(([, value]) => value);
  const shape = api.shapes[member.shape];
  if (shape?.type === 'list')
    return values.length ? values.map((value) => readText(api, shape.member, value, 'InvalidArgument')) : undefined;
  const [value] = values;
  return value === undefined || (value === '' && shape?.type !== 'string')
    ? undefined
    : readText(api, member, value, 'InvalidArgument');
}

/** The whole query as a map; of a parameter that comes twice a map of lists has both values, another the last. */
function allParameters(api: ServiceApi, { shape: name }: Member, query: QueryParameters): Record<string, unknown> {
  const shape = api.shapes[name];
  const isLists = shape?.type === 'map' && api.shapes[shape.value.shape]?.type === 'list';
  // Without a prototype, a key named __proto__ is a key like any other.
  const parameters = Object.create(null) as Record<string, string | string[]>;
  for (const [key, value] of query) {
    const former = parameters[key];
    parameters[key] = isLists ? [...(Array.isArray(former) ? former : []), value] : value;
  }
  return parameters;
}

/** Reads the members that travel in the path, the query and the headers. */
export function readBindings(
  api: ServiceApi,
  shape: StructureShape,
  request: HttpRequest,
  labels: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  const query = parseQuery(request.rawQuery);
  for (const name in shape.members) {
    const member = shape.members[name]!;
    const { binding } = member;
    let value: unknown;
    switch (binding?.in) {
      case 'label':
        value = labels[name] === undefined ? undefined : readText(api, member, labels[name], 'InvalidArgument');
        break;
      case 'query':
        value = fromQuery(api, member, binding.name, query);
        break;
      case 'queryParams':
        value = allParameters(api, member, query);
        break;
      case 'header': {
        const text = request.headers[binding.name];
        value = text === undefined ? undefined : fromHeader(api, member, text);
        break;
      }
      case 'prefixHeaders': {
        const found = Object.entries(request.headers).filter(([header]) => header.startsWith(binding.name));
        value = found.length
          ? Object.fromEntries(found.map(([header, text]) => [header.slice(binding.name.length), text]))
          : undefined;
        break;
      }
      case undefined:
      case 'payload':
      case 'responseCode':
      case 'hostLabel':
        break;
    }
    if (value !== undefined) input[name] = value;
  }
  return input;
}

/** Header values come from callers too (metadata): what could split a header is percent-encoded. */
const headerSafe = (text: string) =>
  // A lone surrogate has no encoding.
  text
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(/[\u0000-\u0008\u000a-\u001f\u007f]|[^\u0000-\u00ff]/gu, (character) => encodeURIComponent(character));

const toMedia = (api: ServiceApi, member: Member, text: string): string =>
  hasMedia(api, member) ? Buffer.from(text).toString('base64') : text;

function writeList(api: ServiceApi, member: Member, items: readonly unknown[]): string {
  const texts = items.map((item) => writeText(api, member, item, 'http-date'));
  return api.shapes[member.shape]?.type === 'timestamp' ? texts.join(', ') : joinHeaderList(texts);
}

/** Writes the members that travel as headers; names are lower case. */
export function writeHeaders(
  api: ServiceApi,
  shape: StructureShape,
  output: Readonly<Record<string, unknown>>,
): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name in shape.members) {
    const member = shape.members[name]!;
    const value = output[name];
    if (value === undefined || value === null) continue;
    if (member.binding?.in === 'header') {
      const target = api.shapes[member.shape];
      const text =
        target?.type === 'list'
          ? writeList(api, target.member, value as unknown[])
          : toMedia(api, member, writeText(api, member, value, 'http-date'));
      headers[member.binding.name] = headerSafe(text);
    } else if (member.binding?.in === 'prefixHeaders') {
      for (const [key, text] of Object.entries(value as Record<string, string>))
        headers[`${member.binding.name}${key}`] = headerSafe(text);
    }
  }
  return headers;
}

/** The member that is the whole body, if the structure has one. */
export function payloadMember(shape: StructureShape): readonly [name: string, member: Member] | undefined {
  return Object.entries(shape.members).find(([, { binding }]) => binding?.in === 'payload');
}
