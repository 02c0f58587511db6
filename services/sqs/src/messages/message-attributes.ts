import { createHash } from 'node:crypto';
import type { MessageAttributeValue, MessageSystemAttributeValue } from '../api/index.js';
import { invalidParameter } from '../refusals.js';

/** An attribute as it is kept: binary values in base64. */
export interface StoredAttribute {
  readonly type: string;
  readonly text?: string;
  readonly base64?: string;
}
export type StoredAttributes = Readonly<Record<string, StoredAttribute>>;

type Given = Readonly<Record<string, MessageAttributeValue | MessageSystemAttributeValue>>;

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html (read 2026-11)
const MAX_ATTRIBUTES = 10;
const MAX_NAME_CHARACTERS = 256;
const MAX_TYPE_CHARACTERS = 256;
const MAX_NUMBER_DIGITS = 38;
/** What bodies and texts may not hold: characters that XML 1.0 does not know. */
const NOT_XML = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

/** Whether a text may travel in a message. */
export const isSendableText = (text: string): boolean => !NOT_XML.test(text);

/**
 * Checks a message's attributes.
 * @throws InvalidParameterValue
 */
export function readMessageAttributes(given: Given | undefined): StoredAttributes | undefined {
  const entries = Object.entries(given ?? {});
  if (entries.length === 0) return undefined;
  if (entries.length > MAX_ATTRIBUTES)
    throw invalidParameter(
      `Number of message attributes [${entries.length}] exceeds the allowed maximum [${MAX_ATTRIBUTES}].`,
    );
  return Object.fromEntries(
    entries.map(([name, value]) => {
      requireName(name);
      return [name, readAttribute(name, value)] as const;
    }),
  );
}

/**
 * The trace header, the only system attribute that can be sent.
 * @throws InvalidParameterValue
 */
export function readTraceHeader(given: Given | undefined): string | undefined {
  const header = given?.AWSTraceHeader;
  if (header === undefined) return undefined;
  const { type, text } = readAttribute('AWSTraceHeader', header);
  if (type !== 'String' || text === undefined)
    throw invalidParameter("Message (system) attribute 'AWSTraceHeader' must be of type 'String'.");
  return text;
}

function requireName(name: string): void {
  const reason =
    name.length > MAX_NAME_CHARACTERS
      ? `Length of message attribute name must be less than ${MAX_NAME_CHARACTERS} bytes.`
      : !/^[\p{L}\p{N}_.-]+$/u.test(name)
        ? 'Invalid non-alphanumeric character was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.'
        : /^\.|\.$|\.\./.test(name)
          ? 'Message attribute name can not start or end with a dot, or have two of them in a row.'
          : /^(aws|amazon)\./i.test(name)
            ? 'You can not use message attribute names beginning with AWS. or Amazon.'
            : undefined;
  if (reason !== undefined) throw invalidParameter(reason);
}

function readAttribute(name: string, given: MessageAttributeValue | MessageSystemAttributeValue): StoredAttribute {
  const { DataType: type, StringValue: text, BinaryValue: bytes, StringListValues, BinaryListValues } = given;
  if (type === '')
    throw invalidParameter(`The message attribute '${name}' must contain non-empty message attribute type.`);
  const [, kind] = /^(String|Number|Binary)(?:\.[^\s].*)?$/.exec(type) ?? [];
  if (kind === undefined || type.length > MAX_TYPE_CHARACTERS)
    throw invalidParameter(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  if (StringListValues?.length || BinaryListValues?.length)
    throw invalidParameter('Message attribute list values in SendMessage operation are not supported.');
  const value = kind === 'Binary' ? bytes : text;
  if (value === undefined || value.length === 0)
    throw invalidParameter(`Message (user) attribute '${name}' must contain a non-empty value of type '${kind}'.`);
  if (typeof value !== 'string') return { type, base64: Buffer.from(value).toString('base64') };
  if (!isSendableText(value))
    throw invalidParameter(
      `Invalid binary character was found in the message body of attribute '${name}', the set of allowed characters is #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF`,
    );
  if (kind === 'Number') requireNumber(name, value);
  return { type, text: value };
}

function requireNumber(name: string, value: string): void {
  const isNumber = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/.test(value);
  const digits = value.replace(/[eE].*$/, '').replace(/\D/g, '').length;
  if (!isNumber || digits > MAX_NUMBER_DIGITS)
    throw invalidParameter(`Can't cast the value of message (user) attribute '${name}' to a number.`);
}

/** What attributes weigh towards a message's size: names, types and values. */
export function attributesBytes(attributes: StoredAttributes = {}): number {
  return Object.entries(attributes).reduce(
    (sum, [name, { type, text, base64 }]) =>
      sum +
      Buffer.byteLength(name) +
      Buffer.byteLength(type) +
      valueOf({ type, ...(text !== undefined ? { text } : { base64: base64 ?? '' }) }).length,
    0,
  );
}

const valueOf = ({ text, base64 = '' }: StoredAttribute): Buffer =>
  text === undefined ? Buffer.from(base64, 'base64') : Buffer.from(text, 'utf8');

/**
 * AWS's digest of attributes, which clients compute again and compare.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation
 * @returns undefined where there are none
 */
export function attributesMd5(attributes: StoredAttributes | undefined): string | undefined {
  if (!attributes || Object.keys(attributes).length === 0) return undefined;
  const hash = createHash('md5');
  const add = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of Object.keys(attributes).sort(byBytes)) {
    const attribute = attributes[name] as StoredAttribute; // A key of this very object.
    add(Buffer.from(name, 'utf8'));
    add(Buffer.from(attribute.type, 'utf8'));
    hash.update(Uint8Array.of(attribute.text === undefined ? 2 : 1));
    add(valueOf(attribute));
  }
  return hash.digest('hex');
}

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'));

/** The digest of a body. */
export const bodyMd5 = (body: string): string => createHash('md5').update(body, 'utf8').digest('hex');

/**
 * The attributes that a receiver asked for: `All`, `.*`, names, or prefixes as `Hel.*`.
 * @returns undefined where none is left
 */
export function chosenAttributes(
  attributes: StoredAttributes | null,
  names: readonly string[] = [],
): StoredAttributes | undefined {
  const wantsAll = names.some((name) => name === 'All' || name === '.*' || name === '*');
  const isWanted = (attribute: string) =>
    wantsAll ||
    names.some((name) => (name.endsWith('.*') ? attribute.startsWith(name.slice(0, -2)) : attribute === name));
  const chosen = Object.entries(attributes ?? {}).filter(([name]) => isWanted(name));
  return chosen.length > 0 ? Object.fromEntries(chosen) : undefined;
}

/** Attributes as the wire has them. */
export function writeMessageAttributes(attributes: StoredAttributes): Record<string, MessageAttributeValue> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, attribute]) => [
      name,
      attribute.text === undefined
        ? { BinaryValue: valueOf(attribute), DataType: attribute.type }
        : { StringValue: attribute.text, DataType: attribute.type },
    ]),
  );
}
