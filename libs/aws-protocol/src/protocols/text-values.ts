import { ServiceError } from '../errors.js';
import type { Member, ServiceApi } from '../schema.js';
import { readTimestamp, writeTimestamp, type TimestampFormat } from './timestamps.js';

const integers = new Set(['byte', 'short', 'integer', 'long', 'bigInteger', 'intEnum']);

/**
 * Reads a simple value from text, as headers, queries, XML and forms carry it.
 * @throws ServiceError with `code` where the text is not of the member's type
 */
export function readText(api: ServiceApi, member: Member, text: string, code = 'SerializationException'): unknown {
  const type = api.shapes[member.shape]?.type ?? 'string';
  const refuse = () => new ServiceError(code, `Failed to parse a ${type}: '${text.slice(0, 100)}'`);
  if (integers.has(type)) {
    if (!/^[+-]?\d{1,19}$/.test(text.trim())) throw refuse();
    return Number(text);
  }
  switch (type) {
    case 'boolean':
      if (text.trim() !== 'true' && text.trim() !== 'false') throw refuse();
      return text.trim() === 'true';
    case 'float':
    case 'double':
      if (text.trim() === '' || (Number.isNaN(Number(text)) && text !== 'NaN')) throw refuse();
      return Number(text);
    case 'blob':
      return Buffer.from(text, 'base64');
    case 'timestamp':
      try {
        return readTimestamp(text);
      } catch {
        throw refuse();
      }
    default:
      return text;
  }
}

/** Writes a simple value as text; `format` is the place's default for timestamps. */
export function writeText(api: ServiceApi, member: Member, value: unknown, format: TimestampFormat): string {
  const shape = api.shapes[member.shape];
  if (shape?.type === 'timestamp')
    return String(writeTimestamp(value as Date, member.timestampFormat ?? shape.timestampFormat ?? format));
  if (shape?.type === 'blob') return Buffer.from(value as Uint8Array).toString('base64');
  return String(value);
}
