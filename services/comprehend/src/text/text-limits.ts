import { TextSizeLimitExceededException } from '../api/index.js';

/**
 * AWS's sentence about a text that is too long.
 * Quoted in https://github.com/amazon-connect/amazon-connect-salesforce-lambda/issues/20 (read 2026-11).
 */
export const textSizeMessage = (maxBytes: number, bytes: number): string =>
  `Input text size exceeds limit. Max length of request text allowed is ${maxBytes} bytes while in this request the text size is ${bytes} bytes`;

/**
 * Refuses a text of more UTF-8 bytes than an operation takes.
 * @throws TextSizeLimitExceededException
 */
export function refuseLongText(text: string, maxBytes: number): void {
  // A UTF-16 unit is at most three bytes: most texts need no count.
  if (text.length * 3 <= maxBytes) return;
  const bytes = Buffer.byteLength(text);
  if (bytes > maxBytes) throw new TextSizeLimitExceededException(textSizeMessage(maxBytes, bytes));
}
