import { readPageToken } from '@lantern/aws-protocol';
import { invalidParameter } from '../refusals.js';

/** https://docs.aws.amazon.com/sns/latest/api/API_ListTopics.html (read 2026-11) */
export const PAGE_SIZE = 100;

/**
 * The key behind which a page begins; undefined for the first.
 * @throws InvalidParameterException where the token is not one of this list
 */
export function pageStart(list: string, token: string | undefined): string | undefined {
  if (token === undefined || token === '') return undefined;
  const after = readPageToken(list, token);
  if (after === undefined) throw invalidParameter('NextToken');
  return after;
}
