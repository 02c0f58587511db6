import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that a webhook got. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The body parsed, where it is what SNS sends. */
  readonly message: Readonly<Record<string, string>>;
}

/** A local server that notes what it is sent. */
export interface Webhook {
  /** `http://127.0.0.1:<port>/hook`. */
  readonly url: string;
  readonly received: readonly Received[];
  /** The first request, also of those that came before, for which `matches` holds. */
  next(matches: (received: Received) => boolean): Promise<Received>;
  /** Statuses of the next answers; 200 when there are none left. */
  answer(...statuses: readonly number[]): void;
  close(): void;
}

/**
 * @param options `delayMs`: milliseconds until each answer
 * @throws Error from `next` if nothing matches within ten seconds
 */
export async function openWebhook({ delayMs = 0 } = {}): Promise<Webhook> {
  const received: Received[] = [];
  const statuses: number[] = [];
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      received.push({ path: request.url ?? '', headers: request.headers, body, message: parseMessage(body) });
      setTimeout(() => response.writeHead(statuses.shift() ?? 200).end(), delayMs);
      for (const look of waiting) look();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const next = (matches: (received: Received) => boolean): Promise<Received> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(look);
        reject(new Error(`Nothing came that matches; what came: ${received.map(({ body }) => body).join('\n')}`));
      }, 10_000);
      const look = () => {
        const found = received.find(matches);
        if (!found) return;
        clearTimeout(timer);
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    next,
    answer: (...next) => void statuses.push(...next),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function parseMessage(body: string): Readonly<Record<string, string>> {
  try {
    // Tests read texts of it, and compare what they find.
    return JSON.parse(body) as Readonly<Record<string, string>>;
  } catch {
    return {};
  }
}
