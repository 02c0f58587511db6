/** `AKIA…/20150830/us-east-1/iam/aws4_request`, taken apart. */
export interface CredentialScope {
  readonly accessKeyId: string;
  /** Eight digits. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

const ACCESS_KEY_ID = /^[\w.@+=:-]{1,128}$/;
const DATE = /^\d{8}$/;
/** Region and service go into ARNs and storage names, so nothing else passes. */
const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** Parses a credential; `undefined` if anything about it is wrong. */
export function parseCredential(text: string): CredentialScope | undefined {
  const parts = text.split('/', 6);
  const [accessKeyId = '', date = '', region = '', service = '', terminator] = parts;
  if (parts.length !== 5 || terminator !== 'aws4_request') return undefined;
  if (!ACCESS_KEY_ID.test(accessKeyId) || !DATE.test(date) || !NAME.test(region) || !NAME.test(service))
    return undefined;
  return { accessKeyId, date, region, service };
}

/** `20150830/us-east-1/iam/aws4_request`, as strings to sign want it. */
export const scopeText = ({ date, region, service }: CredentialScope): string =>
  `${date}/${region}/${service}/aws4_request`;
