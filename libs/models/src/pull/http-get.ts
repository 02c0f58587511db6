import { request as requestHttp, type IncomingMessage, type OutgoingHttpHeaders, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { PullError, shownUrl } from './pull-error.js';
import { received } from './received.js';

/** The beginning of an answer, and its body as it comes. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** Where the answer came from in the end. */
  readonly url: URL;
  readonly bytes: AsyncIterable<Buffer>;
  /** Gives up what has not come yet; `bytes` ends with this error. */
  readonly stop: (error?: Error) => void;
}

export interface GetOptions {
  readonly headers: OutgoingHttpHeaders;
  readonly signal: AbortSignal;
  /** Until the answer's headers are there. */
  readonly answerTimeoutMs: number;
}

const MAX_REDIRECTS = 10;
const redirects = new Set([301, 302, 303, 307, 308]);

/**
 * One GET over HTTP or HTTPS that follows redirects, but never from https to http.
 * @throws PullError for redirects that lead nowhere; other errors are of the connection and may pass
 */
export async function get(url: URL, options: GetOptions): Promise<Answer> {
  let from = url;
  for (let followed = 0; followed <= MAX_REDIRECTS; followed++) {
    const answer = await getOnce(from, options);
    if (!redirects.has(answer.status)) return answer;
    answer.stop();
    from = redirected(from, answer.headers.location);
  }
  throw new PullError(`${shownUrl(url)} leads through more than ${MAX_REDIRECTS} redirects`);
}

function redirected(from: URL, location: string | undefined): URL {
  if (location === undefined || !URL.canParse(location, from.href))
    throw new PullError(`${shownUrl(from)} redirects without saying where to`);
  const to = new URL(location, from);
  if (to.protocol !== 'https:' && to.protocol !== 'http:')
    throw new PullError(`${shownUrl(from)} redirects to ${to.protocol}, which is not followed`);
  if (from.protocol === 'https:' && to.protocol === 'http:')
    throw new PullError(`${shownUrl(from)} redirects from https to http, which is not followed`);
  return to;
}

function getOnce(url: URL, { headers, signal, answerTimeoutMs }: GetOptions): Promise<Answer> {
  // Downloads are long and few: a connection each, and none that stays open.
  const asked: RequestOptions = { headers, signal, agent: false };
  return new Promise((resolve, reject) => {
    const request = url.protocol === 'https:' ? requestHttps(url, asked) : requestHttp(url, asked);
    const timer = setTimeout(
      () => request.destroy(new Error(`${url.host} did not answer within ${answerTimeoutMs / 1000} seconds`)),
      answerTimeoutMs,
    );
    request.once('response', (body) => {
      clearTimeout(timer);
      // At once: a body may break before anyone reads it.
      const bytes = received(body);
      const stop = (error?: Error) => void body.destroy(error);
      resolve({ status: body.statusCode ?? 0, headers: body.headers, url, bytes, stop });
    });
    request.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    request.end();
  });
}
