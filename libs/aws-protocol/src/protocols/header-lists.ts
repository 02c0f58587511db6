import { ServiceError } from '../errors.js';

/**
 * Splits a header that holds a list. A value may be quoted, with `\"` and `\\` inside.
 * https://smithy.io/2.0/spec/http-bindings.html#httpheader-trait
 * @throws ServiceError where a quote is not closed
 */
export function splitHeaderList(text: string): string[] {
  if (!text.includes('"')) return text.split(',').map((item) => item.trim());
  const items: string[] = [];
  // Blanks can be matched in one way only: the time is linear in the length.
  const item = /(?:\s*"((?:[^"\\]|\\.)*)"\s*|([^,"]*))(,|$)/gy;
  for (;;) {
    const found = item.exec(text);
    if (!found) throw new ServiceError('InvalidArgument', 'A header holds a list that can not be split into its items');
    items.push(found[1]?.replace(/\\(.)/g, '$1') ?? (found[2] ?? '').trim());
    if (found[3] === '') return items;
  }
}

/** Splits a list of times in HTTP's form, each of which has a comma of its own. */
export function splitDateList(text: string): string[] {
  const parts = text.split(',');
  const dates: string[] = [];
  for (let i = 0; i < parts.length; i += 2)
    dates.push(
      parts
        .slice(i, i + 2)
        .join(',')
        .trim(),
    );
  return dates;
}

/** Joins a list for a header; what could be taken for a separator is quoted. */
export const joinHeaderList = (items: readonly string[]): string =>
  items.map((item) => (/[",]|^\s|\s$/.test(item) ? `"${item.replace(/["\\]/g, '\\$&')}"` : item)).join(', ');
