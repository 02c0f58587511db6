import { setTimeout as sleep } from 'node:timers/promises';
import { meaningOf, versionOf, wholeLength } from './answer.js';
import type { ContentSource, FillOptions, Pin } from './content-source.js';
import { get, type Answer } from './http-get.js';
import type { PartFile } from './part-file.js';
import { PullError, shownBytes, shownUrl } from './pull-error.js';

/** Times and limits of downloads. */
export interface HttpLimits {
  /** Until a server begins to answer. */
  readonly answerTimeoutMs: number;
  /** Without a single byte. */
  readonly stallTimeoutMs: number;
  /** Attempts in a row that bring nothing worth mentioning. */
  readonly attempts: number;
  /** Before the second attempt; doubled before each further one. */
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  /** Of content whose size nobody names. */
  readonly maxUnknownBytes: number;
}

const ordinaryLimits: HttpLimits = {
  answerTimeoutMs: 30_000,
  stallTimeoutMs: 30_000,
  attempts: 6,
  firstDelayMs: 500,
  maxDelayMs: 20_000,
  maxUnknownBytes: 8e9,
};

/** An attempt that brought this much was worth it: the count of vain ones begins again. */
const WORTHWHILE_BYTES = 256 * 1024;

/** Downloads from the publisher's address, or from a mirror in its stead. */
export class HttpSource implements ContentSource {
  private readonly limits: HttpLimits;

  /** @param mirror base address; asked for `sha256-<digest>`, then for `<host>/<path>` of the publisher's address */
  constructor(
    private readonly mirror?: URL,
    limits: Partial<HttpLimits> = {},
  ) {
    this.limits = { ...ordinaryLimits, ...limits };
  }

  async fill(pin: Pin, part: PartFile, options: FillOptions): Promise<void> {
    const absences: string[] = [];
    for (const url of this.addresses(pin)) {
      const absence = await this.fillFrom(url, pin, part, options);
      if (absence === undefined) return;
      absences.push(absence);
    }
    throw new PullError(absences.join('; '));
  }

  private addresses({ url, sha256 }: Pin): URL[] {
    const publisher = new URL(url);
    if (!this.mirror) return [publisher];
    const base = this.mirror.href.replace(/\/$/, '');
    return [new URL(`${base}/sha256-${sha256}`), new URL(`${base}/${publisher.host}${publisher.pathname}`)];
  }

  /** Attempts until the file is complete. @returns why this address does not have it, if it does not */
  private async fillFrom(url: URL, pin: Pin, part: PartFile, options: FillOptions): Promise<string | undefined> {
    const { attempts, firstDelayMs, maxDelayMs } = this.limits;
    for (let vain = 0; ; ) {
      const before = part.length;
      const outcome = await this.attempt(url, pin, part, options);
      if (outcome.kind === 'complete') return undefined;
      if (outcome.kind === 'absent') return outcome.why;
      vain = part.length - before >= WORTHWHILE_BYTES ? 1 : vain + 1;
      if (vain >= attempts) throw new PullError(`${outcome.why}; given up after ${attempts} attempts`);
      const delayMs = Math.min(maxDelayMs, Math.max(firstDelayMs * 2 ** (vain - 1), outcome.afterMs ?? 0));
      options.onProgress(`${outcome.why}; trying again in ${(delayMs / 1000).toFixed(1)} s`);
      await sleep(delayMs * (0.75 + Math.random() / 2), undefined, { signal: options.signal });
    }
  }

  private async attempt(url: URL, pin: Pin, part: PartFile, options: FillOptions): Promise<Outcome> {
    if (pin.sizeBytes !== undefined && part.length > pin.sizeBytes) await part.restart();
    if (part.length === pin.sizeBytes && part.length > 0) return { kind: 'complete' };
    try {
      const answer = await this.ask(url, part, options.signal);
      const note = () => part.writeNote(JSON.stringify({ url: shownUrl(url), version: versionOf(answer) }));
      return await this.take(answer, pin, part, { ...options, note }).finally(() => answer.stop());
    } catch (error) {
      options.signal.throwIfAborted();
      if (error instanceof PullError || !(error instanceof Error)) throw error;
      if (isOfTrust(error)) throw new PullError(`${shownUrl(url)}: ${error.message}`, { cause: error });
      if (!isOfConnection(error)) throw error;
      return { kind: 'again', why: `${shownUrl(url)}: ${error.message}` };
    }
  }

  private async ask(url: URL, part: PartFile, signal: AbortSignal): Promise<Answer> {
    const headers: Record<string, string> = { 'accept-encoding': 'identity', 'user-agent': 'lantern' };
    if (part.length > 0) {
      headers.range = `bytes=${part.length}-`;
      const version = versionInNote(await part.note(), url);
      if (version) headers['if-range'] = version;
    }
    return get(url, { headers, signal, answerTimeoutMs: this.limits.answerTimeoutMs });
  }

  private async take(answer: Answer, pin: Pin, part: PartFile, options: TakeOptions): Promise<Outcome> {
    const meaning = meaningOf(answer, part.length, pin);
    switch (meaning.kind) {
      case 'absent':
        return meaning;
      case 'later':
        return { kind: 'again', why: meaning.why, afterMs: meaning.afterMs };
      case 'beyond':
        // All bytes are there, and only their digest can say whether they are right; or they are of another file.
        if (meaning.totalBytes === part.length && pin.sizeBytes === undefined) return { kind: 'complete' };
        await part.restart();
        return { kind: 'again', why: `${shownUrl(answer.url)} has no bytes after those of the last attempt` };
      case 'begins':
        await part.restart();
        break;
      case 'continues':
    }
    await options.note();
    await this.read(answer, pin, part, options);
    const totalBytes = pin.sizeBytes ?? wholeLength(answer) ?? part.length;
    if (part.length === totalBytes) return { kind: 'complete' };
    return { kind: 'again', why: `${shownUrl(answer.url)} ended after ${part.length} of ${totalBytes} bytes` };
  }

  private async read({ bytes, stop, url }: Answer, pin: Pin, part: PartFile, { onProgress }: FillOptions): Promise<void> {
    const { stallTimeoutMs, maxUnknownBytes } = this.limits;
    const limit = pin.sizeBytes ?? maxUnknownBytes;
    const stalled = () => stop(new StallError(`nothing came for ${stallTimeoutMs / 1000} seconds`));
    const timer = setTimeout(stalled, stallTimeoutMs);
    try {
      for await (const chunk of bytes) {
        if (part.length + chunk.length > limit)
          throw new PullError(`${shownUrl(url)} sends more than the ${shownBytes(limit)} that ${pin.label} may have`);
        await part.append(chunk);
        onProgress();
        timer.refresh();
      }
    } finally {
      clearTimeout(timer);
    }
  }
}

type Outcome =
  | { readonly kind: 'complete' }
  | { readonly kind: 'absent'; readonly why: string }
  | { readonly kind: 'again'; readonly why: string; readonly afterMs?: number | undefined };

interface TakeOptions extends FillOptions {
  /** Keeps which version of the file the bytes are of, so that only the same version is continued. */
  readonly note: () => Promise<void>;
}

class StallError extends Error {}

/** Errors of sockets, names and TLS handshakes that a moment later may be gone; those of the disk are not among them. */
function isOfConnection(error: Error): boolean {
  if (error instanceof StallError || /did not answer|aborted|socket hang up|terminated/i.test(error.message)) return true;
  return /^(E(CONN|HOST|NET|PIPE|TIMEDOUT|AI_AGAIN|ADDRNOTAVAIL|NOTFOUND|PROTO)|HPE_)/.test(codeOf(error));
}

/** A certificate that does not fit is not tried again: it is a mistake, or someone in between. */
const isOfTrust = (error: Error): boolean =>
  /^(CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_|ERR_TLS|ERR_SSL|HOSTNAME_MISMATCH)/.test(codeOf(error));

const codeOf = (error: Error): string => ('code' in error ? String(error.code) : '');

/** The version that a note names, if it is of this address. */
function versionInNote(note: string, url: URL): string {
  try {
    const { url: noted, version } = JSON.parse(note) as Record<string, unknown>;
    return typeof version === 'string' && noted === shownUrl(url) ? version : '';
  } catch {
    return '';
  }
}
