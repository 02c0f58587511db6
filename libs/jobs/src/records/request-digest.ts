import { createHash } from 'node:crypto';

/** SHA-256 of a JSON value; the order of a structure's members does not matter. */
export function requestDigest(value: unknown): Buffer {
  return createHash('sha256').update(JSON.stringify(value, sortMembers)).digest();
}

function sortMembers(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
