/** What `LANTERN_UPSTREAMS` says: the origins that answer a service, by its folder. */
export type UpstreamUrls = ReadonlyMap<string, readonly URL[]>;

/**
 * Reads `comprehend=http://10.0.0.5:4566,comprehend=http://10.0.0.6:4566`. A service may be named again.
 * @returns what is well formed, and a sentence for each entry that is not
 */
export function readUpstreams(text: string | undefined): { urls: UpstreamUrls; problems: readonly string[] } {
  const urls = new Map<string, URL[]>();
  const problems: string[] = [];
  for (const entry of (text ?? '').split(',').map((part) => part.trim())) {
    if (entry === '') continue;
    const [, folder, origin] = /^([a-z0-9-]+)=(https?:\/\/[^/?#@]+)\/?$/.exec(entry) ?? [];
    const url = origin === undefined ? undefined : toUrl(origin);
    if (folder === undefined || !url) {
      problems.push(`LANTERN_UPSTREAMS has "${entry}"; an entry is <service>=http://<host>:<port>, without a path`);
    } else urls.set(folder, [...(urls.get(folder) ?? []), url]);
  }
  return { urls, problems };
}

function toUrl(origin: string): URL | undefined {
  try {
    return new URL(origin);
  } catch {
    return undefined;
  }
}
