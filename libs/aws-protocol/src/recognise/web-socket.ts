import { parseQuery } from '../protocols/rest-bindings.js';
import type { HttpRequest } from '../http.js';

/** Whether a request asks to become a WebSocket. */
export const isWebSocket = ({ method, headers }: HttpRequest): boolean =>
  method === 'GET' && headers['upgrade']?.toLowerCase() === 'websocket';

const suffix = '-websocket';

/**
 * The request that a WebSocket's opening stands for. AWS serves a streaming operation `POST /path` also as
 * `GET /path-websocket`, whose query has the operation's headers under the last part of their names: `language-code` for
 * `x-amzn-transcribe-language-code`. https://docs.aws.amazon.com/transcribe/latest/dg/websocket.html
 * @returns undefined where the path is no such path
 */
export function requestOfWebSocket(request: HttpRequest, signingName: string): HttpRequest | undefined {
  if (!request.rawPath.endsWith(suffix)) return undefined;
  const headers: Record<string, string> = { ...request.headers };
  for (const [name, value] of parseQuery(request.rawQuery))
    if (!name.startsWith('X-Amz-')) headers[`x-amzn-${signingName}-${name.toLowerCase()}`] = value;
  return { ...request, method: 'POST', rawPath: request.rawPath.slice(0, -suffix.length), rawQuery: '', headers };
}
