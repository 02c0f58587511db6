import type { DocumentError } from './document.js';

/*
 * Codes and words of AWS's example outputs, which say "maximum size limit" of a line and "size limit" of a file:
 * https://docs.aws.amazon.com/comprehend/latest/dg/how-async.html (read 2026-11)
 */

/** @param maxBytes in UTF-8 */
export const lineTooLong = (maxBytes: number): DocumentError => ({
  code: 'DOCUMENT_SIZE_EXCEEDED',
  message: `Document size exceeds maximum size limit ${maxBytes} bytes.`,
});

/** @param maxBytes in UTF-8 */
export const fileTooLong = (maxBytes: number): DocumentError => ({
  code: 'DOCUMENT_SIZE_EXCEEDED',
  message: `Document size exceeds size limit ${maxBytes} bytes.`,
});

export const lineNotUtf8: DocumentError = {
  code: 'UNSUPPORTED_ENCODING',
  message: 'Document is not in UTF-8 format and all subsequent lines are ignored.',
};

/** AWS says "all subsequent line are ignored" here too, of a file that has no further documents: the sentence without it. */
export const fileNotUtf8: DocumentError = {
  code: 'UNSUPPORTED_ENCODING',
  message: 'Document is not in UTF-8 format.',
};

/** Ours: AWS does not publish what it answers for a document without a character. */
export const emptyDocument: DocumentError = {
  code: 'EMPTY_DOCUMENT',
  message: 'Document has no text.',
};
