/** One page of a list. `nextToken` is absent on the last page. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken?: string;
}

/**
 * Writes an opaque page token: where the next page starts, bound to the list it belongs to.
 * @param list what is listed, e.g. operation, account and filters; a token of another list is refused
 * @param after the key of the last item that was given out
 */
export const writePageToken = (list: string, after: string): string =>
  Buffer.from(JSON.stringify([list, after])).toString('base64url');

/** Reads a page token back: the key after which to go on, or undefined where the token is not one of this list. */
export function readPageToken(list: string, token: string): string | undefined {
  if (token.length > 8192 || !/^[\w-]+$/.test(token)) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    if (!Array.isArray(value) || value.length !== 2 || value[0] !== list) return undefined;
    return typeof value[1] === 'string' ? value[1] : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Cuts a page from the items after the token's key.
 * @param found the next items in order; fetch `size + 1` to learn whether there are more
 */
export function cutPage<T>(list: string, found: readonly T[], size: number, keyOf: (item: T) => string): Page<T> {
  const items = found.slice(0, size);
  const last = items.at(-1);
  return found.length > size && last !== undefined
    ? { items, nextToken: writePageToken(list, keyOf(last)) }
    : { items };
}
