import { ServiceError } from '../errors.js';

/** An element: its name without prefix, its attributes, its child elements and its text. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  text: string;
}

const maxDepth = 64;
const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const malformed = () =>
  new ServiceError(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  );

/** Resolves the five named entities and character references; no others exist, since a document type is refused. */
function unescape(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&([^;&\s]{0,12});|&/g, (_, entity: string | undefined) => {
    if (entity === undefined) throw malformed();
    const plain = Object.hasOwn(named, entity) ? named[entity] : undefined;
    if (plain !== undefined) return plain;
    const code = /^#x[0-9a-fA-F]+$/.test(entity)
      ? parseInt(entity.slice(2), 16)
      : /^#\d+$/.test(entity)
        ? Number(entity.slice(1))
        : NaN;
    if (!(code > 0 && code <= 0x10ffff)) throw malformed();
    return String.fromCodePoint(code);
  });
}

const localName = (name: string) => name.slice(name.indexOf(':') + 1);

/** Sticky, so that each step looks only at where the reader stands. */
const startTag = /<([A-Za-z_][\w.:-]*)((?:\s+[A-Za-z_][\w.:-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y;
const endTag = /<\/([A-Za-z_][\w.:-]*)\s*>/y;
const attribute = /([A-Za-z_][\w.:-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/g;

function readAttributes(source: string): Record<string, string> {
  const attributes = Object.create(null) as Record<string, string>;
  for (const [, name = '', double, single] of source.matchAll(attribute))
    attributes[name] = unescape(double ?? single ?? '');
  return attributes;
}

/**
 * Parses a small XML document strictly: well-formed, no document type, no entity definitions, at most 64 levels. Request
 * bodies of S3 need no more, and a general parser's features are what attackers use.
 * @throws ServiceError MalformedXML
 */
export function readXml(source: string): XmlElement {
  const root: XmlElement = { name: '', attributes: {}, children: [], text: '' };
  const stack: XmlElement[] = [root];
  let at = source.startsWith('\ufeff') ? 1 : 0;
  const skipTo = (end: string, from: number) => {
    const found = source.indexOf(end, from);
    if (found < 0) throw malformed();
    return found + end.length;
  };
  while (at < source.length) {
    const top = stack[stack.length - 1]!;
    if (source.charAt(at) !== '<') {
      const next = source.indexOf('<', at);
      const text = unescape(source.slice(at, next < 0 ? source.length : next));
      if (stack.length === 1 && text.trim() !== '') throw malformed();
      top.text += text;
      at = next < 0 ? source.length : next;
    } else if (source.startsWith('<!--', at)) at = skipTo('-->', at + 4);
    else if (source.startsWith('<![CDATA[', at) && stack.length > 1) {
      const end = skipTo(']]>', at + 9);
      top.text += source.slice(at + 9, end - 3);
      at = end;
    } else if (source.startsWith('<?', at)) at = skipTo('?>', at + 2);
    else at = readTag(source, at, stack);
  }
  const [document] = root.children;
  if (stack.length !== 1 || root.children.length !== 1 || !document) throw malformed();
  return document;
}

function readTag(source: string, at: number, stack: XmlElement[]): number {
  endTag.lastIndex = startTag.lastIndex = at;
  const end = endTag.exec(source);
  if (end) {
    if (stack.length < 2 || stack.pop()!.name !== localName(end[1] ?? '')) throw malformed();
    return endTag.lastIndex;
  }
  const start = startTag.exec(source);
  if (!start || stack.length > maxDepth) throw malformed();
  const element: XmlElement = {
    name: localName(start[1] ?? ''),
    attributes: readAttributes(start[2] ?? ''),
    children: [],
    text: '',
  };
  stack[stack.length - 1]!.children.push(element);
  if (start[3] !== '/') stack.push(element);
  return startTag.lastIndex;
}
