import type { DocumentError, InputDocument } from './document.js';
import { emptyDocument, fileNotUtf8, fileTooLong, lineNotUtf8, lineTooLong } from './document-errors.js';
import { splitLines } from './split-lines.js';

/** https://docs.aws.amazon.com/comprehend/latest/APIReference/API_InputDataConfig.html: lines unless told otherwise. */
export type InputFormat = 'ONE_DOC_PER_LINE' | 'ONE_DOC_PER_FILE';

export interface ReadDocumentsOptions {
  readonly format: InputFormat;
  /** Name of the file in the output. */
  readonly file: string;
  /** Longest document, in UTF-8. */
  readonly maxDocumentBytes: number;
}

/** The documents of one object. What is wrong with one becomes its error. The body is read to its end or left early. */
export async function* readDocuments(
  body: AsyncIterable<Uint8Array>,
  options: ReadDocumentsOptions,
): AsyncGenerator<InputDocument> {
  if (options.format === 'ONE_DOC_PER_FILE') yield await readFile(body, options);
  else yield* readLines(body, options);
}

async function* readLines(
  body: AsyncIterable<Uint8Array>,
  { file, maxDocumentBytes }: ReadDocumentsOptions,
): AsyncGenerator<InputDocument> {
  let line = 0;
  for await (const { bytes } of splitLines(body, maxDocumentBytes)) {
    const place = { file, line: line++ };
    if (!bytes) {
      yield { place, error: lineTooLong(maxDocumentBytes) };
      continue;
    }
    const document: InputDocument = { place, ...decode(bytes, lineNotUtf8) };
    yield document;
    if (document.error === lineNotUtf8) return;
  }
}

async function readFile(
  body: AsyncIterable<Uint8Array>,
  { file, maxDocumentBytes }: ReadDocumentsOptions,
): Promise<InputDocument> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxDocumentBytes) return { place: { file }, error: fileTooLong(maxDocumentBytes) };
    chunks.push(chunk);
  }
  return { place: { file }, ...decode(Buffer.concat(chunks), fileNotUtf8) };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decode(bytes: Buffer, notUtf8: DocumentError): { text: string } | { error: DocumentError } {
  try {
    const text = utf8.decode(bytes);
    return text === '' ? { error: emptyDocument } : { text };
  } catch {
    // The decoder throws for nothing else than bytes that are no UTF-8.
    return { error: notUtf8 };
  }
}
