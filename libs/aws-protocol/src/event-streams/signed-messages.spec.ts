import { createHash, createHmac, createSecretKey } from 'node:crypto';
import { EventStreamCodec } from '@smithy/core/event-streams';
import { SignatureV4 } from '@smithy/signature-v4';
import { describe, expect, it } from 'vitest';
import { SignatureChain } from '../signing/signature-chain.js';
import { SUITE_KEYS } from '../signing/signing.fixture.js';
import { encodeHeaders, type EventHeader } from './event-headers.js';
import { audioEvent, frames, inPieces, limits, listOf, message } from './event-streams.fixture.js';
import { readMessages } from './frame-splitter.js';
import { encodeFrame, type EventMessage } from './frame.js';
import { openEnvelopes } from './signed-messages.js';

const region = 'eu-central-1';
const service = 'transcribe';
const requestTime = new Date('2026-03-01T23:59:58Z');
const requestSignature = 'ab'.repeat(32);

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const keyOf = (date: string) =>
  createSecretKey(hmac(hmac(hmac(hmac(`AWS4${SUITE_KEYS.secretAccessKey}`, date), region), service), 'aws4_request'));
const scopeOf = (date: string) => `${date}/${region}/${service}/aws4_request`;

const chain = () =>
  new SignatureChain({
    key: keyOf('20260301'),
    scope: scopeOf('20260301'),
    time: '20260301T235958Z',
    signature: requestSignature,
    onDay: (date) => ({ key: keyOf(date), scope: scopeOf(date) }),
  });

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

/** Signs as Amazon's JavaScript signer does: an implementation that is not ours. */
const signer = new SignatureV4({ credentials: SUITE_KEYS, region, service, sha256: Sha256 as never });
const codec = new EventStreamCodec(String, (string) => Buffer.from(string));

async function signed(payloads: readonly Uint8Array[], everyMs = 1_000, from = requestTime): Promise<EventMessage[]> {
  let priorSignature = requestSignature;
  const messages: EventMessage[] = [];
  for (const [i, payload] of payloads.entries()) {
    const date = new Date(from.getTime() + i * everyMs);
    const headers = codec.formatHeaders({ ':date': { type: 'timestamp', value: date } });
    const options = { signingDate: date, priorSignature, signingRegion: region, signingService: service };
    priorSignature = await signer.sign({ headers, payload }, options);
    messages.push(
      message(
        {
          ':date': { type: 'timestamp', value: date },
          ':chunk-signature': { type: 'binary', value: Buffer.from(priorSignature, 'hex') },
        },
        payload,
      ),
    );
  }
  return messages;
}

const inner = [encodeFrame(audioEvent(10)), encodeFrame(audioEvent(20)), Buffer.alloc(0)];
const open = (messages: readonly EventMessage[], under: SignatureChain | undefined = chain()) =>
  listOf(openEnvelopes(readMessages(inPieces(frames(...messages)), limits), under, limits));
const lengths = (messages: readonly EventMessage[]) => messages.map(({ payload }) => payload.length);

describe('signed messages', () => {
  it("are opened where Amazon's signer signed them, up to the empty one", async () => {
    const more = encodeFrame(audioEvent(30));
    expect(lengths(await open(await signed([...inner, more])))).toEqual([10, 20]);
  });

  it('may be signed with the day to which the stream has come', async () => {
    const messages = await signed(inner, 3_600_000);
    expect(messages.map(({ headers }) => (headers.get(':date')?.value as Date).getUTCDate())).toEqual([1, 2, 2]);
    expect(lengths(await open(messages))).toEqual([10, 20]);
  });

  it.each<[what: string, change: (messages: EventMessage[]) => EventMessage[]]>([
    ['swapped', ([a, b, end]) => [b!, a!, end!]],
    ['repeated', ([a, , end]) => [a!, a!, end!]],
    ['left out', ([, b, end]) => [b!, end!]],
    ['changed', ([a, b, end]) => [a!, { ...b!, payload: inner[0]! }, end!]],
    ['unsigned', ([a, , end]) => [a!, audioEvent(5), end!]],
    [
      'dated otherwise',
      ([a, b, end]) => [a!, withHeader(b!, ':date', { type: 'timestamp', value: new Date(0) }), end!],
    ],
    ['without a date', ([a, b, end]) => [a!, { ...b!, headers: new Map([...b!.headers].slice(1)) }, end!]],
    ['signed in text', ([a, b, end]) => [a!, withHeader(b!, ':chunk-signature', { type: 'string', value: 'x' }), end!]],
  ])('are refused where one is %s', async (_, change) => {
    await expect(open(change(await signed(inner)))).rejects.toMatchObject({
      code: 'InvalidSignatureException',
      status: 403,
    });
  });

  it('are refused where the signed end is missing', async () => {
    await expect(open((await signed(inner)).slice(0, 2))).rejects.toThrow('the stream ends without its signed end');
  });

  it('are opened without a look at signatures where nothing is verified, and bare messages pass', async () => {
    const messages = await signed(inner);
    const mixed = [
      audioEvent(5),
      ...messages.map((each) => withHeader(each, ':chunk-signature', { type: 'binary', value: Buffer.alloc(32) })),
    ];
    const opened = await listOf(openEnvelopes(readMessages(inPieces(frames(...mixed)), limits), undefined, limits));
    expect(lengths(opened)).toEqual([5, 10, 20]);
  });

  it('sign the header as it is encoded', () => {
    const date = new Date(1_234_567_890_123);
    expect(encodeHeaders(new Map([[':date', { type: 'timestamp', value: date }]]))).toEqual(
      Buffer.from(codec.formatHeaders({ ':date': { type: 'timestamp', value: date } })),
    );
  });
});

function withHeader(from: EventMessage, name: string, header: EventHeader): EventMessage {
  return { ...from, headers: new Map([...from.headers, [name, header]]) };
}
