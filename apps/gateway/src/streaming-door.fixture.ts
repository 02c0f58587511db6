import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import {
  createRecogniser,
  type Call,
  type Credentials,
  type Handler,
  type Operation,
  type ServiceDefinition,
} from '@lantern/aws-protocol';
import { pino } from 'pino';
import { Deadlines } from './deadlines.js';
import { Pipeline } from './pipeline.js';
import { OnePort } from './server.js';
import { WebSockets } from './websocket/web-sockets.js';

/** Each test types its own operation's input. */
export type TestHandler = (input: never, call: Call) => Promise<object>;

export const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
export const apiKey = 'key-of-the-test';

const principal = {
  account: '111122223333',
  arn: 'arn:aws:iam::111122223333:root',
  userId: '111122223333',
  accessKeyId: keys.accessKeyId,
};
const credentials: Credentials = { ...keys, principal };

/** The real port and the real pipeline in front of handlers that the test gives. */
export class StreamingDoor {
  readonly lines: Record<string, unknown>[] = [];
  readonly pipeline: Pipeline;
  readonly webSockets = new WebSockets(60_000);
  private readonly port: OnePort;
  private readonly deadlines = new Deadlines(Date.now, 10);

  /** @param handlers by operation name */
  constructor(services: readonly ServiceDefinition[], handlers: Readonly<Record<string, TestHandler>>) {
    const sink = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        this.lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
        done();
      },
    });
    this.pipeline = new Pipeline({
      recognise: createRecogniser(services),
      credentials: {
        byAccessKeyId: (id) => (id === keys.accessKeyId ? credentials : undefined),
        byApiKey: (key) => (key === apiKey ? credentials : undefined),
      },
      handlerOf: ({ operation: { name } }): Handler<Operation> | undefined => {
        const handle = handlers[name];
        // The recogniser gives the handler only what its operation's schema admits.
        return handle && { handle: (input, call) => handle(input as never, call) };
      },
      takeToken: () => true,
      deadlines: this.deadlines,
      log: pino({ level: 'info', base: null }, sink),
      mode: 'strict',
      region: 'us-east-1',
      callTimeoutMs: 5_000,
    });
    this.port = new OnePort((raw, out) => void this.pipeline.handle(raw, out), {
      stallMs: 60_000,
      identity: () => Promise.reject(new Error('these tests speak in clear')),
      onWebSocket: (request, socket, head) =>
        void this.pipeline.upgrade(request, this.webSockets.upgrade(request, socket, head)),
      onFailure: (error) => this.lines.push({ error }),
    });
  }

  /** @returns host and port */
  async open(): Promise<string> {
    this.port.server.listen(0, '127.0.0.1');
    await once(this.port.server, 'listening');
    return `127.0.0.1:${(this.port.server.address() as AddressInfo).port}`;
  }

  /** What the log says of unexpected failures. */
  get failures(): unknown[] {
    return this.lines.filter(({ level, error }) => error !== undefined || Number(level) >= 40);
  }

  close(): void {
    this.deadlines.close();
    this.port.drain();
    this.port.destroy();
  }
}
