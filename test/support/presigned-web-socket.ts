import { createHash, createHmac } from 'node:crypto';
import { EventStreamCodec } from '@smithy/core/event-streams';
import { SignatureV4 } from '@smithy/signature-v4';
import { WebSocket } from 'ws';

type Message = ReturnType<EventStreamCodec['decode']>;

/** The digests that the signer asks for. */
class Sha256 {
  private readonly state;
  constructor(secret?: string | Uint8Array) {
    this.state = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  }
  update(data: string | Uint8Array): void {
    this.state.update(data);
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.state.digest());
  }
  reset(): void {
    throw new Error('signers make a new digest each time');
  }
}

export const eventCodec = new EventStreamCodec(
  (bytes) => (typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8')),
  (text) => Buffer.from(text),
);

/** The address of a streaming operation of Transcribe as AWS documents it: a presigned `ws:` URL. */
export async function presignWebSocket(
  host: string,
  path: string,
  query: Readonly<Record<string, string>>,
  credentials: { readonly accessKeyId: string; readonly secretAccessKey: string },
): Promise<string> {
  const [hostname = '', port] = host.split(':');
  // The signer's type of a digest is wider than what it calls with.
  const sha256 = Sha256 as never;
  const signer = new SignatureV4({ credentials, region: 'us-east-1', service: 'transcribe', sha256 });
  const request = { method: 'GET', protocol: 'ws:', hostname, port: Number(port), path, query, headers: { host } };
  const signed = await signer.presign(request, { expiresIn: 60 });
  const parameters = Object.entries(signed.query ?? {}).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`,
  );
  return `ws://${host}${path}?${parameters.join('&')}`;
}

/** What a server says over a WebSocket: its messages in order, then how it ended. */
export interface Said {
  readonly messages: readonly { readonly headers: Readonly<Record<string, unknown>>; readonly body: string }[];
  readonly closeCode: number;
}

/**
 * Sends messages once the socket is open, and listens until the server closes.
 * @throws Error `Unexpected server response: 403` where the handshake is refused
 */
export function converse(url: string, messages: readonly Message[]): Promise<Said> {
  const socket = new WebSocket(url);
  const said: Said['messages'][number][] = [];
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('open', () => messages.forEach((message) => socket.send(eventCodec.encode(message))));
    socket.on('message', (data: Buffer) => {
      const { headers, body } = eventCodec.decode(data);
      const values = Object.fromEntries(Object.entries(headers).map(([name, { value }]) => [name, value]));
      said.push({ headers: values, body: Buffer.from(body).toString() });
    });
    socket.on('close', (closeCode) => resolve({ messages: said, closeCode }));
  });
}

/** An event as clients send it, without a signature. */
export const eventMessage = (type: string, body: Uint8Array): Message => ({
  headers: { ':message-type': { type: 'string', value: 'event' }, ':event-type': { type: 'string', value: type } },
  body,
});
