/** An Amazon resource name in its parts. */
export interface Arn {
  /** `aws`, `aws-cn`, … */
  readonly partition: string;
  /** The service's ARN namespace, e.g. `comprehend`, `states`. */
  readonly service: string;
  /** Empty for global services. */
  readonly region: string;
  /** Twelve digits; empty for S3. */
  readonly account: string;
  /** Everything behind the fifth colon, e.g. `document-classifier/reviews/version/2`. */
  readonly resource: string;
}

/** Writes an ARN; the partition is `aws` unless given. */
export const formatArn = ({
  partition = 'aws',
  service,
  region,
  account,
  resource,
}: Omit<Arn, 'partition'> & { partition?: string }): string =>
  `arn:${partition}:${service}:${region}:${account}:${resource}`;

const parts = /^arn:(aws[a-z-]{0,20}):([a-z0-9-]{1,64}):([a-z0-9-]{0,32}):(\d{12}|aws)?:(.{1,1800})$/s;

/** Reads an ARN; undefined where the text is none. */
export function parseArn(text: string): Arn | undefined {
  if (text.length > 2048) return undefined;
  const match = parts.exec(text);
  if (!match) return undefined;
  const [, partition = '', service = '', region = '', account = '', resource = ''] = match;
  return { partition, service, region, account, resource };
}
