import type { Member, ServiceApi } from '../schema.js';

/** AWS repeats the whole value; past this many characters we stop, so that an error never outgrows its request. */
const maxPrinted = 1024;
const redacted = '***Sensitive Data Redacted***';

/** `LanguageCode` is `languageCode` in AWS's sentences: only the first letter changes. */
export const memberPath = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

export const isSensitive = (api: ServiceApi, member: Member): boolean =>
  member.sensitive === true || api.shapes[member.shape]?.sensitive === true;

/** Prints a value as AWS's Java does: `[a, b]`, `{k=v}`, `Tag(key=a, value=b)`; sensitive parts are blanked. */
export function printValue(api: ServiceApi, member: Member, value: unknown): string {
  const text = print(api, member, value, maxPrinted);
  return text.length > maxPrinted ? `${text.slice(0, maxPrinted)}...` : text;
}

function print(api: ServiceApi, member: Member, value: unknown, budget: number): string {
  if (isSensitive(api, member)) return redacted;
  if (value === null || value === undefined) return 'null';
  const shape = api.shapes[member.shape];
  switch (shape?.type) {
    case 'list':
      return join('[', value as unknown[], (item, left) => print(api, shape.member, item, left), ']', budget);
    case 'map':
      return join(
        '{',
        Object.entries(value),
        ([key, inner], left) => `${key}=${print(api, shape.value, inner, left)}`,
        '}',
        budget,
      );
    case 'structure':
    case 'union': {
      const present = Object.entries(shape.members).filter(([name]) => Object.hasOwn(value, name));
      const written = ([name, inner]: (typeof present)[number], left: number) =>
        `${memberPath(name)}=${print(api, inner, (value as Record<string, unknown>)[name], left)}`;
      return join(`${member.shape}(`, present, written, ')', budget);
    }
    case 'blob': {
      const size = (value as Uint8Array).byteLength;
      return `java.nio.HeapByteBuffer[pos=0 lim=${size} cap=${size}]`;
    }
    case 'timestamp':
      return value instanceof Date && !Number.isNaN(value.getTime()) ? value.toISOString() : 'Invalid Date';
    case 'document':
      return JSON.stringify(value).slice(0, budget + 1);
    default:
      return `${value as string | number | boolean}`.slice(0, budget + 1);
  }
}

function join<T>(
  open: string,
  parts: readonly T[],
  write: (part: T, left: number) => string,
  close: string,
  budget: number,
): string {
  let text = open;
  for (let i = 0; i < parts.length && text.length <= budget; i++)
    text += (i > 0 ? ', ' : '') + write(parts[i] as T, budget - text.length);
  return text + close;
}
