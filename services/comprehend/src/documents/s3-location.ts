/** A place in a bucket: a key, or what keys begin with. */
export interface S3Location {
  readonly bucket: string;
  /** May be empty: the whole bucket. */
  readonly key: string;
}

/**
 * Reads `s3://bucket/key`. The API's model has checked the form, so nothing is decoded or refused here.
 * @throws Error for what is no such URI
 */
export function parseS3Uri(uri: string): S3Location {
  const match = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(uri);
  if (!match) throw new Error('not an S3 URI');
  return { bucket: match[1] ?? '', key: match[2] ?? '' };
}

export const formatS3Uri = ({ bucket, key }: S3Location): string => `s3://${bucket}/${key}`;
