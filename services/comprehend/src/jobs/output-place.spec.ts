import { describe, expect, it } from 'vitest';
import { formatS3Uri, parseS3Uri } from '../documents/s3-location.js';
import { archiveIn, outputFolder } from './output-place.js';

const archiveOf = (uri: string) =>
  formatS3Uri(
    archiveIn(outputFolder({ under: parseS3Uri(uri), account: '111122223333', family: 'LANGUAGE', jobId: 'abc' })),
  );

describe('the place of the output', () => {
  it("is AWS's, with one slash however the URI ends", () => {
    const place = 's3://bucket/testfolder/111122223333-LANGUAGE-abc/output/output.tar.gz';
    expect(archiveOf('s3://bucket/testfolder/')).toBe(place);
    expect(archiveOf('s3://bucket/testfolder')).toBe(place);
  });

  it('may be the whole bucket', () => {
    const place = 's3://bucket/111122223333-LANGUAGE-abc/output/output.tar.gz';
    expect(archiveOf('s3://bucket')).toBe(place);
    expect(archiveOf('s3://bucket/')).toBe(place);
  });
});
