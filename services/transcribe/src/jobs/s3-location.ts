/** An object of a bucket. */
export interface S3Location {
  readonly bucket: string;
  readonly key: string;
}

/** Hosts of S3 that name the bucket in the path: `s3.us-east-1.amazonaws.com`, `s3-us-west-2.amazonaws.com`. */
const pathStyleHost = /^s3[.-](?:[a-z0-9-]+\.)?amazonaws\.com(?:\.cn)?$/;
/** Hosts that begin with the bucket. */
const virtualHost = /^(?<bucket>.+)\.s3[.-](?:[a-z0-9-]+\.)?amazonaws\.com(?:\.cn)?$/;

/**
 * The object that a media URI names: `s3://bucket/key`, or an https address of S3 or of the suite itself.
 * @param ownOrigin address of the suite, under which it serves S3 with the bucket in the path
 * @returns undefined where it names none
 */
export function readMediaUri(uri: string, ownOrigin: string): S3Location | undefined {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/s.exec(uri) ?? [];
  if (bucket !== undefined && key !== undefined) return { bucket, key };
  if (!/^https?:/.test(uri) || !URL.canParse(uri)) return undefined;
  const { origin, hostname, pathname } = new URL(uri);
  const path = decoded(pathname.slice(1));
  if (path === undefined) return undefined;
  const named = virtualHost.exec(hostname)?.groups?.['bucket'];
  if (named !== undefined) return path === '' ? undefined : { bucket: named, key: path };
  if (origin !== ownOrigin && !pathStyleHost.test(hostname)) return undefined;
  const slash = path.indexOf('/');
  if (slash < 1 || slash === path.length - 1) return undefined;
  return { bucket: path.slice(0, slash), key: path.slice(slash + 1) };
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
