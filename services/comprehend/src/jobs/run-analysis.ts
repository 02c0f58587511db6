import type { JobRun } from '@lantern/jobs';
import type { ObjectStore } from '@lantern/store';
import { parseS3Uri } from '../documents/s3-location.js';
import { analyseDocuments } from './analyse-documents.js';
import { outputFolderOf, type AnalysisFamily, type AnalysisOutcome, type AnalysisRequest } from './analysis-family.js';
import { archiveIn } from './output-place.js';

/** What a family computes. */
export interface Analysis {
  /** Digest of the model that answers. */
  readonly modelDigest: string;
  /** The members of one document's line in the output. */
  readonly analyse: (text: string, signal: AbortSignal) => Promise<object>;
}

/** The run of a job of any family: its documents in, its archive out. */
export async function runAnalysis<Request extends AnalysisRequest>(
  objects: ObjectStore,
  family: AnalysisFamily<Request>,
  { record, signal, progress }: JobRun<Request, AnalysisOutcome>,
  { modelDigest, analyse }: Analysis,
): Promise<AnalysisOutcome> {
  const { account, request, submittedAt } = record;
  const { S3Uri, InputFormat = 'ONE_DOC_PER_LINE' } = request.InputDataConfig;
  const folder = outputFolderOf(family, record);
  const counted = await analyseDocuments(
    objects,
    {
      input: { account, ...parseS3Uri(S3Uri), withoutKeysUnder: folder },
      format: InputFormat,
      maxDocumentBytes: family.maxDocumentBytes,
      output: { account, ...archiveIn(folder) },
      date: submittedAt,
      analyse,
    },
    { signal, progress },
  );
  return { ...counted, model: modelDigest };
}
