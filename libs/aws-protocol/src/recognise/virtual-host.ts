const ipAddress = /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[.*\])$/;
/** `s3`, `s3.eu-west-1`, `s3-eu-west-1`, alone or behind a bucket. */
const s3Label = /^(?:(.+)\.)?s3(?:[.-][a-z]{2}(?:-[a-z]+)+-\d)?$/;

/**
 * The bucket that a Host header names, as in `photos.s3.localhost:4566`; undefined where the path names it.
 * @param baseHosts names under which the gateway is reached, lower case, without port
 */
export function bucketOfHost(hostHeader: string | undefined, baseHosts: readonly string[]): string | undefined {
  if (hostHeader === undefined || hostHeader.length > 512) return undefined;
  const host = hostHeader.toLowerCase().replace(/:\d{1,5}$/, '');
  if (ipAddress.test(host) || baseHosts.includes(host)) return undefined;
  const base = baseHosts.filter((name) => host.endsWith(`.${name}`)).sort((a, b) => b.length - a.length)[0];
  if (base === undefined) return undefined;
  const front = host.slice(0, -(base.length + 1));
  const s3 = s3Label.exec(front);
  return s3 ? s3[1] : front;
}
