const BASIC = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;
const RFC_1123 = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;

/** The last time that was read: requests that come together carry the same second. */
let last: { readonly text: string; readonly atMs: number | undefined } = { text: '', atMs: undefined };

/** Reads `20150830T123600Z` as epoch milliseconds; `undefined` if it is not such a time or no day of the calendar. */
export function parseBasicTime(text: string): number | undefined {
  if (text !== last.text) last = { text, atMs: readBasicTime(text) };
  return last.atMs;
}

function readBasicTime(text: string): number | undefined {
  const match = BASIC.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second] = match.map(Number);
  const at = new Date(Date.UTC(year!, month! - 1, day, hour, minute, second));
  // Overflowing fields roll into the next ones, so a time that exists comes back unchanged.
  const exists = at.getUTCDate() === day && at.getUTCMinutes() === minute && at.getUTCHours() === hour;
  return exists && at.getUTCSeconds() === second && at.getUTCMonth() === month! - 1 ? at.getTime() : undefined;
}

/** Reads a `Date` header, in HTTP's or in the basic form. */
export function parseDateHeader(text: string): number | undefined {
  if (!RFC_1123.test(text)) return parseBasicTime(text);
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? undefined : atMs;
}

/** Writes epoch milliseconds as `20150830T123600Z`. */
export function formatBasicTime(atMs: number): string {
  const iso = new Date(atMs).toISOString();
  return `${iso.slice(0, 4)}${iso.slice(5, 7)}${iso.slice(8, 13)}${iso.slice(14, 16)}${iso.slice(17, 19)}Z`;
}

/** Writes epoch milliseconds as `2015-08-30T12:36:00Z`, the form in S3's error members. */
export const formatIsoSeconds = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 19)}Z`;
