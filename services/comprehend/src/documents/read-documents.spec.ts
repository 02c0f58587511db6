import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readDocuments, type InputFormat } from './read-documents.js';

async function read(format: InputFormat, bytes: Buffer | string, maxDocumentBytes = 20) {
  const body = Readable.from([Buffer.from(bytes)]);
  const documents = [];
  for await (const document of readDocuments(body, { format, file: 'f', maxDocumentBytes })) documents.push(document);
  expect(body.destroyed).toBe(true);
  return documents;
}

describe('readDocuments, one per line', () => {
  it('counts lines from 0, those without an answer too', async () => {
    const documents = await read('ONE_DOC_PER_LINE', `one\n\n${'x'.repeat(21)}\r\nöne`);
    expect(documents).toEqual([
      { place: { file: 'f', line: 0 }, text: 'one' },
      { place: { file: 'f', line: 1 }, error: { code: 'EMPTY_DOCUMENT', message: 'Document has no text.' } },
      {
        place: { file: 'f', line: 2 },
        error: { code: 'DOCUMENT_SIZE_EXCEEDED', message: 'Document size exceeds maximum size limit 20 bytes.' },
      },
      { place: { file: 'f', line: 3 }, text: 'öne' },
    ]);
  });

  it('ends at the first line that is not UTF-8, as AWS does', async () => {
    const latin1 = Buffer.concat([
      Buffer.from('fine\n'),
      Buffer.from('schön\n', 'latin1'),
      Buffer.from('never read\n'),
    ]);
    const documents = await read('ONE_DOC_PER_LINE', latin1);
    expect(documents.map(({ text, error }) => text ?? error?.code)).toEqual(['fine', 'UNSUPPORTED_ENCODING']);
  });

  it('counts the limit in bytes, not in characters', async () => {
    const [fits, exceeds] = await read('ONE_DOC_PER_LINE', `${'é'.repeat(10)}\n${'é'.repeat(10)}e`);
    expect(fits?.text).toBe('é'.repeat(10));
    expect(exceeds?.error?.code).toBe('DOCUMENT_SIZE_EXCEEDED');
  });

  it('takes a byte order mark for none of the text', async () => {
    expect((await read('ONE_DOC_PER_LINE', '\ufeffone'))[0]?.text).toBe('one');
  });
});

describe('readDocuments, one per file', () => {
  it('keeps line ends and gives no line number', async () => {
    expect(await read('ONE_DOC_PER_FILE', 'one\ntwo\r\n')).toEqual([{ place: { file: 'f' }, text: 'one\ntwo\r\n' }]);
  });

  it('tells what is too long, not UTF-8 or empty', async () => {
    const codeOf = async (bytes: Buffer | string) => (await read('ONE_DOC_PER_FILE', bytes))[0]?.error?.code;
    expect(await codeOf('x'.repeat(21))).toBe('DOCUMENT_SIZE_EXCEEDED');
    expect(await codeOf(Buffer.from([0x66, 0xff]))).toBe('UNSUPPORTED_ENCODING');
    expect(await codeOf('')).toBe('EMPTY_DOCUMENT');
  });
});
