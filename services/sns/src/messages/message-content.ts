import type { MessageType } from '../signing/canonical-string.js';
import type { MessageAttributes } from './message-attributes.js';

/** What is kept of a message until everyone was told. */
export interface MessageContent {
  readonly type: MessageType;
  readonly message: string;
  readonly subject?: string;
  /** `json`: the message holds a text for each protocol. */
  readonly structure?: 'json';
  readonly attributes: MessageAttributes;
  /** Group, deduplication id and place in the order, of FIFO topics. */
  readonly groupId?: string;
  readonly deduplicationId?: string;
  readonly sequenceNumber?: string;
  /** Of confirmations. */
  readonly token?: string;
}

/** The text for a protocol. */
export function messageFor(protocol: string, { message, structure }: MessageContent): string {
  if (structure === undefined) return message;
  const texts = parseTexts(message);
  return texts?.get(protocol) ?? texts?.get('default') ?? message;
}

/** The texts of a message with a structure, by protocol; undefined where it is no JSON object. */
export function parseTexts(message: string): ReadonlyMap<string, string> | undefined {
  try {
    const texts: unknown = JSON.parse(message);
    if (typeof texts !== 'object' || texts === null || Array.isArray(texts)) return undefined;
    // Members that are no text are ignored, as AWS does.
    const entries = Object.entries(texts).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    return new Map(entries);
  } catch {
    return undefined;
  }
}
