import { request as requestHttp, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { request as requestHttps } from 'node:https';
import { PullError, shownUrl } from './pull-error.js';

/** The beginning of an answer; its body has not been read. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** Where the answer came from in the end. */
  readonly url: URL;
  readonly body: IncomingMessage;
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
    answer.body.destroy();
    from = redirected(from, answer.headers.location);
  }
  throw new PullError(`${shownUrl(url)} leads through more than ${MAX_REDIRECTS} redirects`);
}

function redirected(from: URL, location: string | undefined): URL {
  if (location === undefined || !URL.canParse(location, from))
    throw new PullError(`${shownUrl(from)} redirects without saying where to`);
  const to = new URL(location, from);
  if (to.protocol !== 'https:' && to.protocol !== 'http:')
    throw new PullError(`${shownUrl(from)} redirects to ${to.protocol}, which is not followed`);
  if (from.protocol === 'https:' && to.protocol === 'http:')
    throw new PullError(`${shownUrl(from)} redirects from https to http, which is not followed`);
  return to;
}

function getOnce(url: URL, { headers, signal, answerTimeoutMs }: GetOptions): Promise<Answer> {
  const asked = { headers, signal, agent: false };
  return new Promise((resolve, reject) => {
    const request = url.protocol === 'https:' ? requestHttps(url, asked) : requestHttp(url, asked);
    const timer = setTimeout(
      () => request.destroy(new Error(`${url.host} did not answer within ${answerTimeoutMs / 1000} seconds`)),
      answerTimeoutMs,
    );
    request.once('response', (body) => {
      clearTimeout(timer);
      // Whoever reads the body is told; a body that nobody reads may break as well.
      body.on('error', () => undefined);
      resolve({ status: body.statusCode ?? 0, headers: body.headers, url, body });
    });
    request.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    request.end();
  });
}
