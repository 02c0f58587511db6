import { afterPrefix } from '../object-names.js';

/** Something with a key's bytes. */
interface Keyed {
  readonly key: Buffer;
}

/**
 * Where to go on: after a position, or from one that is included.
 * An absent position is the beginning, or, as `undefined` from `afterPrefix`, the end.
 */
export interface Position {
  readonly bytes: Buffer;
  readonly isIncluded: boolean;
}

/** Reads up to `limit` rows in key order from a position, below `end` (excluded; undefined: no bound). */
export type ReadRows<Row extends Keyed> = (
  from: Position,
  end: Buffer | undefined,
  limit: number,
) => Promise<readonly Row[]>;

export interface RolledUp<Row> {
  readonly rows: readonly Row[];
  readonly commonPrefixes: readonly string[];
  /** The last row or common prefix of a page that is not the last. */
  readonly last?: { readonly row: Row } | { readonly commonPrefix: string };
}

/** After a common prefix, rows are read in small batches: what follows is likely to be skipped again. */
const BATCH_AFTER_SKIP = 16;

/**
 * Walks an ordered index and rolls keys up at a delimiter. A common prefix costs one seek, however many keys it hides.
 * @param max most rows and common prefixes together, at least 1
 */
export async function rollUp<Row extends Keyed>(
  read: ReadRows<Row>,
  { prefix, delimiter, from, max }: { prefix: string; delimiter: string; from: Position; max: number },
): Promise<RolledUp<Row>> {
  const prefixBytes = Buffer.from(prefix, 'utf8');
  const delimiterBytes = Buffer.from(delimiter, 'utf8');
  const end = afterPrefix(prefixBytes);
  const rows: Row[] = [];
  const commonPrefixes: string[] = [];
  let last: RolledUp<Row>['last'];
  let position: Position | undefined =
    from.bytes.compare(prefixBytes) < 0 ? { bytes: prefixBytes, isIncluded: true } : from;
  let batch = max + 1;

  while (position) {
    const found: readonly Row[] = await read(position, end, batch);
    let next: Position | undefined = undefined;
    for (const row of found) {
      if (next && row.key.compare(next.bytes) < (next.isIncluded ? 0 : 1)) continue;
      if (rows.length + commonPrefixes.length === max) return { rows, commonPrefixes, ...(last && { last }) };
      const cut = delimiterBytes.length ? row.key.indexOf(delimiterBytes, prefixBytes.length) : -1;
      if (cut < 0) {
        rows.push(row);
        last = { row };
        next = { bytes: row.key, isIncluded: false };
        continue;
      }
      const common = row.key.subarray(0, cut + delimiterBytes.length);
      const commonPrefix = common.toString('utf8');
      commonPrefixes.push(commonPrefix);
      last = { commonPrefix };
      const after = afterPrefix(common);
      if (!after) return { rows, commonPrefixes };
      next = { bytes: after, isIncluded: true };
    }
    // A short batch that ends in a row is the end of the index; one that ends in a common prefix is not, only if full.
    position = found.length < batch ? undefined : (next ?? position);
    batch = last && 'commonPrefix' in last ? BATCH_AFTER_SKIP : max + 1;
  }
  return { rows, commonPrefixes };
}

/** Where a list starts: after a key; behind everything under it where it is itself a common prefix. */
export function startPosition(startAfter: string | undefined, prefix: string, delimiter: string): Position {
  if (startAfter === undefined) return { bytes: Buffer.alloc(0), isIncluded: true };
  const bytes = Buffer.from(startAfter, 'utf8');
  const isCommonPrefix =
    delimiter !== '' &&
    startAfter.startsWith(prefix) &&
    startAfter.indexOf(delimiter, prefix.length) === startAfter.length - delimiter.length &&
    startAfter.length >= prefix.length + delimiter.length;
  const after = isCommonPrefix ? afterPrefix(bytes) : undefined;
  return after ? { bytes: after, isIncluded: true } : { bytes, isIncluded: false };
}
