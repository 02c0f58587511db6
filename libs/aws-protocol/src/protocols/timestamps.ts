import { ServiceError } from '../errors.js';

export type TimestampFormat = 'date-time' | 'http-date' | 'epoch-seconds';

/** Writes a time as the format asks; whole seconds lose their fraction, as AWS writes them. */
export function writeTimestamp(date: Date, format: TimestampFormat): string | number {
  switch (format) {
    case 'epoch-seconds':
      return date.getTime() / 1000;
    case 'http-date':
      return date.toUTCString();
    case 'date-time':
      return date.toISOString();
  }
}

/** Reads a time in any of AWS's formats. Throws SerializationException where it is none. */
export function readTimestamp(value: unknown): Date {
  const date =
    typeof value === 'number' || (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value))
      ? new Date(Number(value) * 1000)
      : new Date(typeof value === 'string' ? value : NaN);
  if (Number.isNaN(date.getTime()))
    throw new ServiceError('SerializationException', 'A value can not be converted to a Timestamp');
  return date;
}
