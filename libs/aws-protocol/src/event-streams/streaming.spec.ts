import type { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { ServiceError } from '../errors.js';
import { operationOf } from '../example-services.fixture.js';
import { protocols } from '../protocols/index.js';
import type { ProtocolName } from '../schema.js';
import { requestOf } from '../signing/signing.fixture.js';
import { conversationApi as api } from './conversation-api.fixture.js';
import { frames, inPieces, limits, listOf, message, text } from './event-streams.fixture.js';
import { readMessages } from './frame-splitter.js';
import type { EventMessage } from './frame.js';
import { readStreamingRequest } from './streaming-request.js';
import { writeErrorFrame, writeEventFrames, writeStreamingResponse } from './streaming-response.js';

type StreamEvent = Readonly<Record<string, unknown>>;

const over = (name: ProtocolName) => {
  const protocol = protocols.get(name);
  if (!protocol) throw new Error(`${name} is not spoken`);
  return { api, protocol, operation: operationOf(api, protocol.hasInitialMessages ? 'TalkRpc' : 'Talk') };
};

const unsigned = { payload: { style: 'other', digests: [] } } as const;

const read = (
  name: ProtocolName,
  bytes: Buffer,
  authentication: Parameters<typeof readStreamingRequest>[1]['authentication'] = unsigned,
) =>
  readStreamingRequest(over(name), {
    request: requestOf('POST', '/talk', { 'x-name': 'me' }),
    labels: {},
    authentication,
    source: { bytes: inPieces(bytes) },
  });
const eventsOf = async (name: ProtocolName, bytes: Buffer) =>
  listOf((await read(name, bytes))['Events'] as AsyncIterable<StreamEvent>);

const written = async (name: ProtocolName, events: AsyncIterable<StreamEvent> | Iterable<StreamEvent>) =>
  listOf(
    readMessages(
      writeEventFrames(over(name), { Name: 'me', Events: events }, (cause) =>
        cause instanceof ServiceError ? cause : new ServiceError('InternalFailure', 'see the log', 500),
      ),
      limits,
    ),
  );

const event = (type: string, payload: Uint8Array | string = '', headers: EventMessage['headers'] = new Map()) =>
  message(
    { ':message-type': text('event'), ':event-type': text(type), ...Object.fromEntries(headers) },
    Buffer.from(payload),
  );

const everyEvent: readonly StreamEvent[] = [
  {
    Audio: {
      Chunk: Buffer.of(1, 2, 3),
      Name: 'é',
      Count: -7,
      Big: 2 ** 40,
      Flag: false,
      When: new Date(1_500),
      Raw: Buffer.of(255),
    },
  },
  { Note: { Text: 'hello' } },
  { Boxed: { Detail: { Name: 'inner', When: new Date(2_000) } } },
  { Plain: { Detail: { Name: 'inner' }, Count: 3 } },
  { Empty: {} },
];

describe('a stream of events', () => {
  it.each(['restJson1', 'restXml', 'awsJson1_1', 'rpcv2Cbor'] as const)(
    'comes back over %s as it was written',
    async (name) => {
      const output = frames(...(await written(name, everyEvent)));
      // Responses begin with initial-response where requests begin with initial-request: the same but for the name.
      const asRequest = frames(
        ...(await listOf(readMessages(inPieces(output), limits))).map(({ headers, payload }) => ({
          headers: new Map(
            [...headers].map(([header, value]) => [
              header,
              value.value === 'initial-response' ? text('initial-request') : value,
            ]),
          ),
          payload,
        })),
      );
      const input = await read(name, asRequest);
      expect(input['Name']).toBe('me');
      expect(await listOf(input['Events'] as AsyncIterable<StreamEvent>)).toEqual(everyEvent);
    },
  );

  it('names the types of its payloads', async () => {
    const types = async (name: ProtocolName) =>
      (await written(name, everyEvent)).map(({ headers }) => headers.get(':content-type')?.value);
    expect(await types('restJson1')).toEqual([
      'application/octet-stream',
      'text/plain',
      'application/json',
      'application/json',
      undefined,
    ]);
    expect((await types('restXml'))[2]).toBe('text/xml');
    expect((await types('rpcv2Cbor')).slice(0, 2)).toEqual(['application/cbor', 'application/octet-stream']);
  });

  it('ends with the exception that its union has for a thrown error, under the name of the member', async () => {
    async function* failing() {
      yield { Empty: {} };
      throw await Promise.resolve(new ServiceError('Busy', 'later', 429, { Count: 2, Secret: 'x' }));
    }
    const [, last, ...more] = await written('restJson1', failing());
    expect(Object.fromEntries(last?.headers ?? [])).toEqual({
      ':message-type': text('exception'),
      ':exception-type': text('TooBusy'),
      ':content-type': text('application/json'),
    });
    expect(JSON.parse(Buffer.from(last?.payload ?? []).toString())).toEqual({ Message: 'later', Count: 2 });
    expect(more).toEqual([]);
  });

  it("ends with the union's own internal failure for what nobody foresaw, and with an unmodelled error for the rest", async () => {
    const endOf = async (cause: Error) => {
      async function* failing() {
        throw await Promise.resolve(cause);
        yield {};
      }
      return Object.fromEntries((await written('restJson1', failing())).at(-1)?.headers ?? []);
    };
    expect(await endOf(new Error('secret'))).toMatchObject({ ':exception-type': text('Broken') });
    expect(await endOf(new ServiceError('Unknown', 'what is it', 400))).toEqual({
      ':message-type': text('error'),
      ':error-code': text('Unknown'),
      ':error-message': text('what is it'),
    });
  });

  it('may be given an error as an event', async () => {
    const [only] = await written('restJson1', [{ TooBusy: new ServiceError('Busy', 'later', 429, { Count: 1 }) }]);
    expect(only?.headers.get(':exception-type')).toEqual(text('TooBusy'));
    expect(JSON.parse(Buffer.from(only?.payload ?? []).toString())).toEqual({ Message: 'later', Count: 1 });
  });

  it('tells of an error before its first event in one frame', async () => {
    const frame = writeErrorFrame(over('restJson1'), new ServiceError('Busy', 'later', 429));
    const [only] = await listOf(readMessages(inPieces(frame), limits));
    expect(only?.headers.get(':exception-type')).toEqual(text('TooBusy'));
  });

  it('makes a response whose head does not wait for it', async () => {
    const output = { Name: 'me', Events: everyEvent };
    const response = writeStreamingResponse(
      over('restJson1'),
      output,
      { requestId: 'r', method: 'POST' },
      (e) => e as ServiceError,
    );
    expect(response).toMatchObject({
      status: 200,
      duplex: true,
      headers: { 'x-name': 'me', 'content-type': 'application/vnd.amazon.eventstream' },
    });
    expect(await listOf(readMessages(response.body as Readable, limits))).toHaveLength(everyEvent.length);
  });

  it.each<[what: string, bytes: Buffer, message: string]>([
    ['an event that the stream does not have', frames(event('Weather')), "The stream has no event 'Weather'"],
    ['an event called as no member is', frames(event('__proto__')), "The stream has no event '__proto__'"],
    ['a message that is no event', frames(message({})), 'A message has no :message-type or no :event-type'],
    [
      'an exception',
      frames(message({ ':message-type': text('exception') })),
      'The client ended its stream with an exception',
    ],
    [
      'a header of another type',
      frames(event('Audio', 'x', new Map([['Count', text('7')]]))),
      'The event header Count has the type string, not integer',
    ],
    ['a payload that is no document', frames(event('Plain', '{')), 'Could not parse the request body as JSON'],
    ['bytes that are no frame', Buffer.alloc(40, 1), 'The event stream is malformed: the prelude checksum is wrong'],
    [
      'half a frame',
      frames(event('Empty')).subarray(0, 20),
      'The event stream is malformed: the stream ends within a message',
    ],
  ])('refuses %s in the words of a bad request', async (_, bytes, sentence) => {
    await expect(eventsOf('restJson1', bytes)).rejects.toMatchObject({
      code: 'ValidationException',
      status: 400,
      message: sentence,
    });
  });

  it('checks each event against the model', async () => {
    const bytes = frames(event('Empty'), event('Plain', '{"Detail":{}}'));
    await expect(eventsOf('restJson1', bytes)).rejects.toMatchObject({
      message:
        "1 validation error detected: Value null at 'detail.name' failed to satisfy constraint: Member must not be null",
    });
  });

  it('refuses an RPC stream that does not begin with its initial-request', async () => {
    await expect(read('awsJson1_1', frames(event('Empty')))).rejects.toMatchObject({ code: 'ValidationException' });
    await expect(read('awsJson1_1', Buffer.alloc(0))).rejects.toMatchObject({ code: 'ValidationException' });
  });

  it('refuses a body that was hashed as a whole: nothing could be believed before its end', async () => {
    const hashed = { payload: { ...unsigned.payload, checkSha256: () => undefined } };
    await expect(read('restJson1', frames(event('Empty')), hashed)).rejects.toMatchObject({
      code: 'InvalidSignatureException',
    });
  });

  it('reads no further than its reader', async () => {
    let nPieces = 0;
    async function* endless() {
      for (;;) {
        nPieces++;
        yield await Promise.resolve(frames(event('Empty')));
      }
    }
    const input = await readStreamingRequest(over('restJson1'), {
      request: requestOf('POST', '/talk', {}),
      labels: {},
      authentication: unsigned,
      source: { bytes: endless() },
    });
    expect(nPieces).toBe(0);
    for await (const _ of input['Events'] as AsyncIterable<StreamEvent>) if (nPieces >= 3) break;
    expect(nPieces).toBe(3);
  });
});
