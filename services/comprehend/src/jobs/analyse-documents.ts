import type { Readable } from 'node:stream';
import { JobCutOff } from '@lantern/jobs';
import type { ObjectRef, ObjectStore, ObjectSummary } from '@lantern/store';
import type { InputDocument } from '../documents/document.js';
import { fileTooLong } from '../documents/document-errors.js';
import { inputObjects, nameUnder, type InputPlace } from '../documents/input-objects.js';
import { mapInOrder } from '../documents/map-in-order.js';
import { OutputFile } from '../documents/output-file.js';
import { readDocuments, type InputFormat } from '../documents/read-documents.js';
import { rethrowAsReadFailure, rethrowAsWriteFailure, noInput } from './job-failures.js';

/** What an analysis reads, computes and writes. */
export interface DocumentAnalysis {
  readonly input: InputPlace;
  readonly format: InputFormat;
  /** Longest document, in UTF-8. */
  readonly maxDocumentBytes: number;
  /** Where `output.tar.gz` goes. */
  readonly output: ObjectRef;
  /** Date of the file in the archive: fixed, so that a second run writes the same bytes. */
  readonly date: Date;
  /** The members of a document's line in the output, e.g. `{ Languages: [...] }`. */
  readonly analyse: (text: string, signal: AbortSignal) => Promise<object>;
}

/** What surrounds a run. */
export interface AnalysisRun {
  readonly signal: AbortSignal;
  /** @param percent 0 to 100 */
  readonly progress: (percent: number, message: string) => void;
}

/** How much is in the engine's hands at once: enough to fill its batches, little enough that others are served between. */
const DOCUMENTS_UNDER_WAY = 128;
const CHARS_UNDER_WAY = 1 << 20;
/** How much is read ahead where each file is one document. */
const FILES_UNDER_WAY = 8;
const FILE_BYTES_UNDER_WAY = 8 << 20;

/**
 * Analyses every document of a job's input and writes the results as one archive, in the order of the input. The archive
 * appears whole, at the end, or not at all; memory does not depend on the size of the input. Running it again writes the
 * same again. A run that is stopped by its user leaves an archive of what it had done.
 * @returns how many documents were answered and how many have an error in the output
 * @throws JobFailure where the input cannot be read or the output not be written; the signal's reason once it has aborted
 */
export async function analyseDocuments(
  objects: ObjectStore,
  analysis: DocumentAnalysis,
  { signal, progress }: AnalysisRun,
): Promise<{ nAnswered: number; nErrors: number }> {
  const { output: target, date } = analysis;
  await objects.headBucket(target).catch(rethrowAsWriteFailure);
  const input = new Input(objects, analysis, signal);
  await input.measure();
  const answerOf = (document: InputDocument) => toLine(document, analysis, signal);
  const lines = mapInOrder(
    input.documents(),
    {
      maxItems: DOCUMENTS_UNDER_WAY,
      maxWeight: CHARS_UNDER_WAY,
      weightOf: ({ text }) => text?.length ?? 0,
    },
    answerOf,
  );
  const count = { nAnswered: 0, nErrors: 0 };
  const output = await OutputFile.open();
  const write = async (options: { signal?: AbortSignal }) => {
    const archive = await output.archive('output', date);
    await objects
      .put(target, archive, { attributes: { contentType: 'application/x-gzip', metadata: {} }, ...options })
      .catch(rethrowAsWriteFailure);
  };
  try {
    for await (const line of lines) {
      signal.throwIfAborted();
      await output.add(line);
      count['ErrorCode' in line ? 'nErrors' : 'nAnswered']++;
      progress(input.readPercent, `${count.nAnswered + count.nErrors} documents`);
    }
    await write({ signal });
  } catch (cause) {
    if (wasStopped(signal)) await write({});
    throw cause;
  } finally {
    await output.close();
  }
  return count;
}

/**
 * "When a job is stopped, any documents already processed are written to the output location":
 * https://docs.aws.amazon.com/comprehend/latest/APIReference/API_StopDominantLanguageDetectionJob.html (read 2026-11)
 */
const wasStopped = ({ reason }: AbortSignal) => reason instanceof JobCutOff && reason.why === 'stop';

/** A line of the output; members are in the order of the alphabet, as in AWS's examples. */
async function toLine(
  { place: { file, line }, text, error }: InputDocument,
  { analyse }: DocumentAnalysis,
  signal: AbortSignal,
): Promise<object> {
  const members = error ? { ErrorCode: error.code, ErrorMessage: error.message } : await analyse(text, signal);
  const all = { File: file, ...(line === undefined ? {} : { Line: line }), ...members };
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The objects of the input as a stream of documents, and how far it was read. */
class Input {
  private totalBytes = 0;
  private readBytes = 0;

  constructor(
    private readonly objects: ObjectStore,
    private readonly analysis: DocumentAnalysis,
    private readonly signal: AbortSignal,
  ) {}

  /** Of the bytes, from 0 to 100; objects that were added since the measure do not count. */
  get readPercent(): number {
    return this.totalBytes === 0 ? 0 : Math.min(100, (100 * this.readBytes) / this.totalBytes);
  }

  /** Adds up what there is. @throws JobFailure where there is nothing */
  async measure(): Promise<void> {
    let nObjects = 0;
    for await (const { sizeBytes } of this.list()) {
      this.signal.throwIfAborted();
      this.totalBytes += sizeBytes;
      nObjects++;
    }
    if (nObjects === 0) throw noInput(this.analysis.input);
  }

  documents(): AsyncGenerator<InputDocument> {
    return this.analysis.format === 'ONE_DOC_PER_FILE' ? this.filesAhead() : this.linesOfAll();
  }

  private async *list(): AsyncGenerator<ObjectSummary> {
    try {
      yield* inputObjects(this.objects, this.analysis.input);
    } catch (cause) {
      rethrowAsReadFailure(cause);
    }
  }

  private async *linesOfAll(): AsyncGenerator<InputDocument> {
    for await (const object of this.list()) yield* this.read(object);
  }

  /** Small files cost more to open than to read: several are opened at once. */
  private filesAhead(): AsyncGenerator<InputDocument> {
    const { maxDocumentBytes } = this.analysis;
    return mapInOrder(
      this.list(),
      {
        maxItems: FILES_UNDER_WAY,
        maxWeight: FILE_BYTES_UNDER_WAY,
        weightOf: ({ sizeBytes }) => Math.min(sizeBytes, maxDocumentBytes),
      },
      (object) => this.readFile(object),
    );
  }

  private async readFile(object: ObjectSummary): Promise<InputDocument> {
    for await (const document of this.read(object)) return document;
    throw new Error('a file is one document');
  }

  private async *read({ key, sizeBytes }: ObjectSummary): AsyncGenerator<InputDocument> {
    const { input, format, maxDocumentBytes } = this.analysis;
    const file = nameUnder(input.key, key);
    if (format === 'ONE_DOC_PER_FILE' && sizeBytes > maxDocumentBytes) {
      yield { place: { file }, error: fileTooLong(maxDocumentBytes) };
    } else {
      const body = await this.open(key);
      yield* readDocuments(this.counted(body), { format, file, maxDocumentBytes });
    }
  }

  private async *counted(body: Readable): AsyncGenerator<Buffer> {
    for await (const chunk of body) {
      // The store's streams are of bytes.
      const bytes = chunk as Buffer;
      this.readBytes += bytes.length;
      yield bytes;
    }
  }

  private async open(key: string): Promise<Readable> {
    const { account, bucket } = this.analysis.input;
    const { body } = await this.objects
      .get({ account, bucket, key }, { signal: this.signal })
      .catch(rethrowAsReadFailure);
    return body;
  }
}
