/** RFC 3986's unreserved characters; everything else travels as `%XX`. */
const isUnreserved = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) ||
  (byte >= 0x41 && byte <= 0x5a) ||
  (byte >= 0x61 && byte <= 0x7a) ||
  byte === 0x2d ||
  byte === 0x2e ||
  byte === 0x5f ||
  byte === 0x7e;

const PERCENT = 0x25;
const PLUS = 0x2b;
const ZERO_X_100 = 0x100;

/** [byte]: its canonical spelling in a query. */
const IN_QUERY = Array.from({ length: ZERO_X_100 }, (_, byte) =>
  isUnreserved(byte) ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
);
/** [byte]: its canonical spelling in a path, where the slash stays. */
const IN_PATH = IN_QUERY.map((spelling) => (spelling === '%2F' ? '/' : spelling));

const PLAIN_QUERY = /^[A-Za-z0-9\-._~]*$/;
const PLAIN_PATH = /^[A-Za-z0-9\-._~/]*$/;

/** Decodes a query's name or value (`+` is a space) and encodes it again as signatures want it. */
export const canonicalQueryPart = (text: string): string =>
  PLAIN_QUERY.test(text) ? text : respell(text, IN_QUERY, { decode: true, plusIsSpace: true });

/** Decodes a path once and encodes it again: S3's rule. */
export const canonicalPathOnce = (path: string): string =>
  PLAIN_PATH.test(path) ? path : respell(path, IN_PATH, { decode: true, plusIsSpace: false });

/** Encodes an encoded path again: every other service's rule. */
export const canonicalPathTwice = (path: string): string =>
  PLAIN_PATH.test(path) ? path : respell(path, IN_PATH, { decode: false, plusIsSpace: false });

/** Decodes a query's name or value; broken escapes stay as they are, bytes that are no UTF-8 become U+FFFD. */
export function decodeQueryPart(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  if (!spaced.includes('%')) return spaced;
  const bytes = spaced.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/**
 * Spells every byte of a text by a table.
 * Node hands out URLs as Latin-1, one character a byte; characters beyond (from other callers) count as their UTF-8 bytes.
 */
function respell(
  text: string,
  spelling: readonly string[],
  { decode, plusIsSpace }: { decode: boolean; plusIsSpace: boolean },
): string {
  let result = '';
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    const escaped = decode && code === PERCENT ? hexPair(text, i + 1) : -1;
    if (escaped >= 0) {
      result += spelling[escaped]!;
      i += 2;
    } else if (plusIsSpace && code === PLUS) {
      result += '%20';
    } else if (code < ZERO_X_100) {
      result += spelling[code]!;
    } else {
      const character = String.fromCodePoint(text.codePointAt(i) ?? code);
      for (const byte of Buffer.from(character)) result += spelling[byte]!;
      i += character.length - 1;
    }
  }
  return result;
}

/** The byte that two hex digits name, or -1. */
function hexPair(text: string, at: number): number {
  const high = hexDigit(text.charCodeAt(at));
  const low = hexDigit(text.charCodeAt(at + 1));
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  if (code >= 0x41 && code <= 0x46) return code - 0x37;
  if (code >= 0x61 && code <= 0x66) return code - 0x57;
  return -1;
}
