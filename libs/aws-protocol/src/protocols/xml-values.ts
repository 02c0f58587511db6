import { ServiceError } from '../errors.js';
import type { Member, ServiceApi, Shape, StructureShape } from '../schema.js';
import { readText, writeText } from './text-values.js';
import type { XmlElement } from './xml-reader.js';
import { element, escapeXml } from './xml-writer.js';

const isSimple = (shape: Shape | undefined) => !shape || !['structure', 'union', 'list', 'map'].includes(shape.type);
const elementName = (name: string, member: Member) => member.xmlName ?? name;

const childrenNamed = (parent: XmlElement, name: string) => parent.children.filter((child) => child.name === name);

function requireStructure(value: Shape | undefined): StructureShape | undefined {
  return value?.type === 'structure' || value?.type === 'union' ? value : undefined;
}

/** Reads an element's children as the members of a structure. Unknown elements are ignored. */
export function readXmlStructure(api: ServiceApi, shape: StructureShape, parent: XmlElement): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const name in shape.members) {
    const member = shape.members[name]!;
    if (member.binding) continue;
    const xmlName = elementName(name, member);
    if (member.xmlAttribute) {
      const attribute = parent.attributes[xmlName];
      if (attribute !== undefined) result[name] = readText(api, member, attribute, 'MalformedXML');
      continue;
    }
    const found = childrenNamed(parent, xmlName);
    const [first] = found;
    if (!first) continue;
    const target = api.shapes[member.shape];
    if (target?.type === 'list') {
      const items = member.xmlFlattened ? found : childrenNamed(first, target.member.xmlName ?? 'member');
      result[name] = items.map((item) => readXmlValue(api, target.member, item));
    } else if (target?.type === 'map') {
      const entries = member.xmlFlattened ? found : childrenNamed(first, 'entry');
      result[name] = Object.fromEntries(entries.map((entry) => readEntry(api, target, entry)));
    } else result[name] = readXmlValue(api, member, first);
  }
  return result;
}

function readEntry(api: ServiceApi, map: Extract<Shape, { type: 'map' }>, entry: XmlElement): [string, unknown] {
  const [key] = childrenNamed(entry, map.key.xmlName ?? 'key');
  const [value] = childrenNamed(entry, map.value.xmlName ?? 'value');
  if (!key || !value) throw new ServiceError('MalformedXML', 'A map entry lacks its key or its value');
  return [key.text, readXmlValue(api, map.value, value)];
}

/** Reads one element as a value of the member's shape. */
export function readXmlValue(api: ServiceApi, member: Member, from: XmlElement): unknown {
  const shape = api.shapes[member.shape];
  const structure = requireStructure(shape);
  if (structure) return readXmlStructure(api, structure, from);
  if (shape?.type === 'list')
    return childrenNamed(from, shape.member.xmlName ?? 'member').map((item) => readXmlValue(api, shape.member, item));
  if (!isSimple(shape)) throw new ServiceError('MalformedXML', `${from.name} is not expected here`);
  return readText(api, member, from.text, 'MalformedXML');
}

function attributesOf(
  api: ServiceApi,
  shape: StructureShape | undefined,
  member: Member,
  value: unknown,
): Record<string, string> {
  const attributes: Record<string, string> = {};
  if (member.xmlNamespace)
    attributes[member.xmlNamespace.prefix ? `xmlns:${member.xmlNamespace.prefix}` : 'xmlns'] = member.xmlNamespace.uri;
  for (const [name, inner] of Object.entries(shape?.members ?? {})) {
    const written = (value as Record<string, unknown>)[name];
    if (inner.xmlAttribute && written !== undefined)
      attributes[elementName(name, inner)] = writeText(api, inner, written, 'date-time');
  }
  return attributes;
}

/** Writes the members of a structure as elements; those bound to headers and the like are left out. */
export function writeXmlStructure(
  api: ServiceApi,
  shape: StructureShape,
  value: Readonly<Record<string, unknown>>,
): string {
  let written = '';
  for (const name in shape.members) {
    const member = shape.members[name]!;
    const inner = value[name];
    if (inner === undefined || inner === null || member.binding || member.xmlAttribute) continue;
    written += writeXmlMember(api, elementName(name, member), member, inner);
  }
  return written;
}

function writeXmlMember(api: ServiceApi, name: string, member: Member, value: unknown): string {
  const shape = api.shapes[member.shape];
  if (shape?.type === 'list') {
    const itemName = member.xmlFlattened ? name : (shape.member.xmlName ?? 'member');
    const items = (value as unknown[]).map((item) => writeXmlMember(api, itemName, shape.member, item)).join('');
    return member.xmlFlattened ? items : element(name, items);
  }
  if (shape?.type === 'map') {
    const entryName = member.xmlFlattened ? name : 'entry';
    const entries = Object.entries(value as object).map(([key, inner]) =>
      element(
        entryName,
        element(shape.key.xmlName ?? 'key', escapeXml(key)) +
          writeXmlMember(api, shape.value.xmlName ?? 'value', shape.value, inner),
      ),
    );
    return member.xmlFlattened ? entries.join('') : element(name, entries.join(''));
  }
  const structure = requireStructure(shape);
  if (structure)
    return element(
      name,
      writeXmlStructure(api, structure, value as Record<string, unknown>),
      attributesOf(api, structure, member, value),
    );
  return element(
    name,
    escapeXml(writeText(api, member, value, 'date-time')),
    attributesOf(api, undefined, member, value),
  );
}
