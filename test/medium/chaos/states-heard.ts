import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A webhook that keeps what it is told of jobs. */
export interface StatesHeard {
  readonly url: string;
  /** States of each job in the order in which they arrived, repeated where they were told again. */
  readonly byJob: ReadonlyMap<string, readonly string[]>;
  /** Resolves when the subscription is confirmed. */
  readonly confirmed: Promise<void>;
  close(): void;
}

/** SNS's message; what an event says is in its `Message`. */
interface Told {
  readonly Type: string;
  readonly SubscribeURL?: string;
  readonly Message: string;
}

interface JobEvent {
  readonly source: string;
  readonly detail: { readonly JobId: string; readonly JobStatus: string };
}

export async function listenForStates(): Promise<StatesHeard> {
  const byJob = new Map<string, string[]>();
  let confirm: () => void = () => undefined;
  const confirmed = new Promise<void>((resolve) => (confirm = resolve));
  const hear = async (request: IncomingMessage) => {
    const told = JSON.parse(await text(request)) as Told;
    if (told.Type === 'SubscriptionConfirmation' && told.SubscribeURL !== undefined) {
      const visited = await fetch(told.SubscribeURL);
      if (visited.ok) confirm();
      return;
    }
    const { detail } = JSON.parse(told.Message) as JobEvent;
    const states = byJob.get(detail.JobId) ?? [];
    states.push(detail.JobStatus);
    byJob.set(detail.JobId, states);
  };
  const server = createServer((request, response) => {
    hear(request).then(
      () => response.end(),
      () => response.writeHead(500).end(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/states`,
    byJob,
    confirmed,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const ranks = ['SUBMITTED', 'IN_PROGRESS', 'STOP_REQUESTED', 'END'];
const rankOf = (state: string) => Math.max(0, ranks.indexOf(ranks.includes(state) ? state : 'END'));

/** What is wrong with the states that were heard of a job, or undefined. */
export function complaint(heard: readonly string[] | undefined, end: string): string | undefined {
  if (!heard) return 'nothing was heard';
  const told = heard.join(' ');
  if (heard[0] !== 'SUBMITTED') return `the first was not SUBMITTED: ${told}`;
  if (heard.at(-1) !== end) return `the last was not ${end}: ${told}`;
  if (heard.some((state, i) => i > 0 && rankOf(state) < rankOf(heard[i - 1] ?? ''))) return `out of order: ${told}`;
  if (new Set(heard.filter((state) => rankOf(state) === 3)).size !== 1) return `several ends: ${told}`;
  if (end !== 'STOPPED' && !heard.includes('IN_PROGRESS')) return `no IN_PROGRESS: ${told}`;
  return undefined;
}
