import { ServiceError } from '@lantern/aws-protocol';
import {
  BatchEntryIdsNotDistinct,
  EmptyBatchRequest,
  InvalidBatchEntryId,
  TooManyEntriesInBatchRequest,
  type BatchResultErrorEntry,
} from '../api/index.js';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
const MAX_ENTRIES = 10;

/**
 * Checks a batch as a whole.
 * @param kind the entries' type, as AWS names it in its words
 * @throws EmptyBatchRequest, TooManyEntriesInBatchRequest, InvalidBatchEntryId, BatchEntryIdsNotDistinct
 */
export function requireBatch(entries: readonly { readonly Id: string }[], kind: string): void {
  if (entries.length === 0) throw new EmptyBatchRequest(`There should be at least one ${kind} in the request.`);
  if (entries.length > MAX_ENTRIES)
    throw new TooManyEntriesInBatchRequest(
      `Maximum number of entries per request are ${MAX_ENTRIES}. You have sent ${entries.length}.`,
    );
  const seen = new Set<string>();
  for (const { Id } of entries) {
    if (!/^[\w-]{1,80}$/.test(Id))
      throw new InvalidBatchEntryId(
        'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
      );
    if (seen.has(Id)) throw new BatchEntryIdsNotDistinct(`Id ${Id} repeated.`);
    seen.add(Id);
  }
}

/**
 * Does each entry of a batch; what is refused does not touch the others.
 * @throws whatever is no refusal
 */
export async function eachEntry<E extends { readonly Id: string }, S>(
  entries: readonly E[],
  work: (entry: E) => S | Promise<S>,
): Promise<{ Successful: S[]; Failed: BatchResultErrorEntry[] }> {
  const Successful: S[] = [];
  const Failed: BatchResultErrorEntry[] = [];
  for (const entry of entries) {
    try {
      Successful.push(await work(entry));
    } catch (error) {
      if (!(error instanceof ServiceError) || error.fault !== 'client') throw error;
      Failed.push(failedEntry(entry.Id, error));
    }
  }
  return { Successful, Failed };
}

/** Entries carry the query protocol's codes in JSON too, as AWS recorded them. */
const entryCodes: ReadonlyMap<string, string> = new Map([
  ['InvalidParameterValueException', 'InvalidParameterValue'],
  ['MissingRequiredParameterException', 'MissingParameter'],
]);

const failedEntry = (Id: string, { code, message }: ServiceError): BatchResultErrorEntry => ({
  Id,
  SenderFault: true,
  Code: entryCodes.get(code) ?? code,
  Message: message,
});
