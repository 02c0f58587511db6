import { hash, timingSafeEqual } from 'node:crypto';

/** Compares secrets of any length in a time that does not depend on where they differ. */
export const sameText = (a: string, b: string): boolean =>
  timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'));
