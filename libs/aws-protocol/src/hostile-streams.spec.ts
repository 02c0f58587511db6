import { describe, expect, it } from 'vitest';
import { CborWriter } from './cbor/cbor-writer.js';
import { ServiceError } from './errors.js';
import { conversationApi } from './event-streams/conversation-api.fixture.js';
import { frames, inPieces, message, text } from './event-streams/event-streams.fixture.js';
import { encodeFrame } from './event-streams/frame.js';
import { readStreamingRequest } from './event-streams/streaming-request.js';
import { operationOf, textApi } from './example-services.fixture.js';
import { protocols } from './protocols/index.js';
import { Chance } from './seeded-chance.fixture.js';
import { requestOf } from './signing/signing.fixture.js';
import { validate } from './validate/validate.js';

const rpc = protocols.get('rpcv2Cbor')!;
const rest = protocols.get('restJson1')!;
const detect = operationOf(textApi, 'Detect');
const request = requestOf('POST', '/talk', { 'x-name': 'me' });

/** A refusal of the caller's is what a hostile request deserves; anything else fails the test. */
function requireRefusal(error: unknown): void {
  if (!(error instanceof ServiceError) || error.status >= 500) throw error;
}

const documents = [
  {
    Text: 'a',
    LanguageCode: 'en',
    Count: 3,
    Score: 1.5,
    Big: 1,
    Flag: true,
    Image: Buffer.of(1, 2, 3),
    Time: new Date(0),
  },
  { Text: 'a', Tags: [{ Key: 'k', Value: 'v' }], Keys: ['a', 'b'], Labels: { a: 'b' }, Tree: { Left: { Name: 'x' } } },
].map((output) => {
  const { body } = rpc.writeResponse(textApi, detect, output, { requestId: 'r', method: 'POST' });
  return Buffer.from(body as Uint8Array);
});
/** Pieces of CBOR that mean something elsewhere: breaks, huge lengths, tags, odd numbers. */
const cborPieces = ['ff', '9f', 'bf', '5f', '7f', '9bffffffffffffffff', 'bb0000ffffffffffff', 'c1', 'c2', 'd9d9f7', 'f97e00', 'fb7ff0000000000000', 'f6', 'f7', '1bffffffffffffffff', '3bffffffffffffffff', '695f5f70726f746f5f5f'].map((hex) => Buffer.from(hex, 'hex')); // prettier-ignore

const event = (type: string, payload: Uint8Array | string) =>
  message({ ':message-type': text('event'), ':event-type': text(type) }, Buffer.from(payload));
const streams = [
  frames(event('Audio', Buffer.alloc(40, 7)), event('Empty', '')),
  frames(
    event('Plain', '{"Detail":{"Name":"n"},"Count":3}'),
    event('Note', 'hello'),
    event('Boxed', '{"Name":"n","When":1.5}'),
  ),
  frames(
    message(
      {
        ':date': { type: 'timestamp', value: new Date(0) },
        ':chunk-signature': { type: 'binary', value: Buffer.alloc(32) },
      },
      encodeFrame(event('Empty', '')),
    ),
  ),
];

function readCbor(bytes: Buffer): boolean {
  try {
    validate(textApi, detect, rpc.readRequest(textApi, detect, request, bytes, {}));
    return true;
  } catch (error) {
    requireRefusal(error);
    return false;
  }
}

async function readStream(chance: Chance, bytes: Buffer): Promise<boolean> {
  const at = chance.number(bytes.length + 1);
  try {
    const input = await readStreamingRequest(
      { api: conversationApi, operation: operationOf(conversationApi, 'Talk'), protocol: rest },
      {
        request,
        labels: {},
        authentication: { payload: { style: 'other', digests: [] } },
        source: { bytes: inPieces(bytes.subarray(0, at), bytes.subarray(at)) },
      },
    );
    for await (const _ of input['Events'] as AsyncIterable<unknown>);
    return true;
  } catch (error) {
    requireRefusal(error);
    return false;
  }
}

/** Damages what is inside the frames and seals them again, so that the checksums do not stop everything at the door. */
function resealed(chance: Chance): Buffer {
  const damaged = chance.damageBytes(Buffer.from('{"Detail":{"Name":"n","When":1.5},"Count":3}'), cborPieces);
  const headers = [':message-type', ':event-type', ':content-type', 'Count', 'When', 'Big', 'Flag', 'Raw', '__proto__'];
  const values = [
    text('event'), text('Audio'), text('Plain'), text('Boxed'), text('Note'), text('exception'), text('error'), text('__proto__'),
    { type: 'integer', value: -1 }, { type: 'long', value: -(2n ** 63n) }, { type: 'boolean', value: true },
    { type: 'timestamp', value: new Date(8.64e15) }, { type: 'binary', value: Buffer.of(255) },
    { type: 'uuid', value: '00000000-0000-0000-0000-000000000000' }, { type: 'byte', value: -128 }, { type: 'short', value: 1 },
  ] as const; // prettier-ignore
  const chosen = new Map([
    [':message-type', text('event')],
    [':event-type', chance.of([text('Audio'), text('Plain'), text('Boxed'), text('Note'), text('Empty')])],
  ] as [string, (typeof values)[number]][]);
  for (let n = chance.number(4); n > 0; n--) chosen.set(chance.of(headers), chance.of(values));
  return encodeFrame({ headers: chosen, payload: damaged.subarray(0, 30_000) });
}

describe('hostile streams', () => {
  it('of CBOR end in a refusal or an input (5,000)', () => {
    const chance = new Chance(20_261_125);
    let accepted = 0;
    for (let i = 0; i < 5_000; i++) if (readCbor(chance.damageBytes(chance.of(documents), cborPieces))) accepted++;
    // Neither all refused nor all accepted: else the damage tests nothing.
    expect(accepted).toBeGreaterThan(250);
    expect(accepted).toBeLessThan(4_500);
  });

  it('of events end in a refusal or in events (5,000 damaged, 5,000 damaged within sound frames)', async () => {
    const chance = new Chance(20_261_125);
    const accepted = [0, 0];
    for (let i = 0; i < 5_000; i++) {
      if (await readStream(chance, chance.damageBytes(chance.of(streams), cborPieces))) accepted[0]!++;
      if (await readStream(chance, resealed(chance))) accepted[1]!++;
    }
    for (const n of accepted) {
      expect(n).toBeGreaterThan(250);
      expect(n).toBeLessThan(4_750);
    }
  });

  it('that are huge or deep end soon', async () => {
    const large = Buffer.alloc(4 << 20);
    const writer = new CborWriter();
    writer.map(1);
    writer.text('Keys');
    writer.array(900_000);
    for (let i = 0; i < 900_000; i++) writer.null();
    const bodies = [large.fill(0x81), Buffer.from(large.fill(0x9f)), Buffer.from(large.fill(0xff)), writer.finish()];
    // Work that grows faster than its input would run into the test's time limit.
    for (const body of bodies) {
      readCbor(body);
      expect(await readStream(new Chance(1), body)).toBe(false);
    }
  });

  it('leave no memory behind', async () => {
    const chance = new Chance(3);
    const run = async (times: number) => {
      for (let i = 0; i < times; i++) {
        readCbor(chance.damageBytes(chance.of(documents), cborPieces));
        await readStream(chance, resealed(chance));
      }
      globalThis.gc?.();
      return process.memoryUsage().heapUsed;
    };
    await run(500);
    const before = await run(500);
    // Without --expose-gc the heap holds garbage of a few collections; a leak of two kilobytes a request would show.
    expect((await run(10_000)) - before).toBeLessThan(20_000 * 1024);
  });
});
