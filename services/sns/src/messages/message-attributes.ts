import { InvalidParameterValueException, type MessageAttributeValue } from '../api/index.js';

/** One attribute, as it is kept: binary values in base64. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  /** Base64. */
  readonly BinaryValue?: string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html (read 2026-11) */
const namePattern = /^(?!\.)(?!.*\.\.)(?!.*\.$)(?!(?:aws|amazon)\.)[\w.-]{1,256}$/i;
const typePattern = /^(String|Number|Binary)(\.\S{1,250})?$/;
const numberPattern = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,4})?$/;

const invalid = (message: string) => new InvalidParameterValueException(message);

/**
 * Checks the attributes of a message and brings them into the form in which they are kept.
 * @throws InvalidParameterValueException in AWS's words
 */
export function readMessageAttributes(
  attributes: Readonly<Record<string, MessageAttributeValue>> = {},
): MessageAttributes {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, readAttribute(name, value)]));
}

/** Bytes that attributes take of a message's size: names, types and values. */
export const attributesBytes = (attributes: MessageAttributes): number =>
  Object.entries(attributes).reduce(
    (sum, [name, { DataType, StringValue = '', BinaryValue = '' }]) =>
      sum +
      Buffer.byteLength(name) +
      Buffer.byteLength(DataType) +
      Buffer.byteLength(StringValue) +
      Buffer.byteLength(BinaryValue, 'base64'),
    0,
  );

function readAttribute(name: string, { DataType, StringValue, BinaryValue }: MessageAttributeValue): MessageAttribute {
  if (!namePattern.test(name)) {
    throw invalid(
      `The message attribute name '${name}' is invalid. It can contain alphanumeric characters and the following special characters: underscore (_), hyphen (-), and period (.), must not start or end with a period or AWS-reserved prefix, and can be up to 256 characters long.`,
    );
  }
  const [, type] = typePattern.exec(DataType) ?? [];
  if (DataType === '') throw invalid(`The message attribute '${name}' must contain non-empty message attribute type.`);
  if (type === undefined) {
    throw invalid(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  }
  if (type === 'Binary') {
    if (!BinaryValue?.length) throw empty(name, DataType);
    return { DataType, BinaryValue: Buffer.from(BinaryValue).toString('base64') };
  }
  if (!StringValue) throw empty(name, DataType);
  if (type === 'Number' && !numberPattern.test(StringValue)) {
    throw invalid(`Could not cast message attribute '${name}' value to number.`);
  }
  if (DataType === 'String.Array') requireArray(name, StringValue);
  return { DataType, StringValue };
}

const empty = (name: string, type: string) =>
  invalid(
    `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${type}'.`,
  );

function requireArray(name: string, text: string): void {
  try {
    if (Array.isArray(JSON.parse(text))) return;
  } catch {
    // Answered below, as any other text that is no list.
  }
  throw invalid(`The message attribute '${name}' must contain a JSON array for message attribute type 'String.Array'.`);
}
