import { describe, expect, it } from 'vitest';
import { checkAnalysisRequest, type CheckedRequest } from './request-checks.js';

const request: CheckedRequest = {
  InputDataConfig: { S3Uri: 's3://bucket/in' },
  OutputDataConfig: { S3Uri: 's3://bucket/out' },
};
const check = (more: Partial<CheckedRequest>) => () => checkAnalysisRequest({ ...request, ...more });

describe('checkAnalysisRequest', () => {
  it('lets pass what it can keep to', () => expect(check({})).not.toThrow());

  it('refuses keys, which would encrypt nothing', () => {
    const refusal = expect.objectContaining({ code: 'KmsKeyValidationException' }) as Error;
    expect(check({ VolumeKmsKeyId: 'alias/x' })).toThrow(refusal);
    expect(check({ OutputDataConfig: { S3Uri: 's3://bucket/out', KmsKeyId: 'alias/x' } })).toThrow(refusal);
  });

  it('refuses a reader of images', () => {
    const DocumentReaderConfig = { DocumentReadAction: 'TEXTRACT_DETECT_DOCUMENT_TEXT' } as const;
    expect(check({ InputDataConfig: { S3Uri: 's3://bucket/in', DocumentReaderConfig } })).toThrow(/plain text/);
  });
});
