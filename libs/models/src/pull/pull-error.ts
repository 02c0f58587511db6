/** A pull that cannot go on; its sentence says why. */
export class PullError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PullError';
  }
}

/** An address without what may be secret in it: credentials and the signature of a link. */
export function shownUrl(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

/** A number of bytes for people: decimal units, as publishers and disks count. */
export function shownBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}
