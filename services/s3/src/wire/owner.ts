import { createHash } from 'node:crypto';
import type { Owner } from '../api/index.js';

/** The owner of all that an account has. S3 names owners by 64 hex digits; ours are derived from the account. */
export const ownerOf = (account: string): Owner => ({
  DisplayName: account,
  ID: createHash('sha256').update(`canonical-user:${account}`).digest('hex'),
});
