import { Readable } from 'node:stream';
import {
  BadRequestException,
  LimitExceededException,
  StartStreamTranscriptionCommand,
  TranscribeStreamingClient,
  type AudioStream,
  type TranscriptResultStream,
} from '@aws-sdk/client-transcribe-streaming';
import { EventStreamCodec } from '@smithy/core/event-streams';
import { ServiceError } from '@lantern/aws-protocol';
import { transcribeStreaming } from '@lantern/transcribe';
import { afterEach, describe, expect, it } from 'vitest';
import { keys, StreamingDoor, type TestHandler } from './streaming-door.fixture.js';

type Audio = AsyncIterable<AudioStream>;
interface Input {
  readonly AudioStream: Audio;
  readonly LanguageCode: string;
  readonly MediaSampleRateHertz: number;
}
type Results = AsyncGenerator<object>;

const transcript = (text: string) => ({
  TranscriptEvent: { Transcript: { Results: [{ Alternatives: [{ Transcript: text }] }] } },
});

/** Answers each piece of audio with its length before it asks for the next. */
async function* lengths(audio: Audio): Results {
  for await (const event of audio) yield transcript(String(event.AudioEvent?.AudioChunk?.length));
  yield transcript('end');
}

const textsOf = async (results: AsyncIterable<TranscriptResultStream> | undefined) => {
  const texts: (string | undefined)[] = [];
  for await (const { TranscriptEvent: event } of results ?? [])
    texts.push(event?.Transcript?.Results?.[0]?.Alternatives?.[0]?.Transcript);
  return texts;
};

type Message = ReturnType<EventStreamCodec['decode']>;
/** Changes one signed message of the client on its way; undefined ends the stream in its place. */
type Damage = (message: Message) => Message | undefined;

const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8')),
  (text) => Buffer.from(text),
);

/** Puts a hand on the wire behind the client's own request handler. */
function damageRequests({ config: { requestHandler } }: TranscribeStreamingClient, damage: Damage): void {
  const handle = requestHandler.handle.bind(requestHandler);
  requestHandler.handle = (request, options) => {
    // The handler's type leaves the body open; the event stream's middleware has put a stream there.
    const streaming = request as { body: AsyncIterable<Uint8Array> };
    const sent = streaming.body;
    async function* damaged() {
      let rest = Buffer.alloc(0);
      for await (const bytes of sent) {
        rest = Buffer.concat([rest, bytes]);
        while (rest.length > 0) {
          const frame = rest.subarray(0, rest.readUInt32BE());
          rest = rest.subarray(frame.length);
          const message = damage(codec.decode(frame));
          if (!message) return;
          yield codec.encode(message);
        }
      }
    }
    streaming.body = Readable.from(damaged());
    return handle(request, options);
  };
}

describe('a conversation with the JavaScript client for Transcribe', () => {
  let door: StreamingDoor | undefined;
  afterEach(() => door?.close());

  const open = async (
    handler: TestHandler,
    { secretAccessKey = keys.secretAccessKey, damage }: { secretAccessKey?: string; damage?: Damage } = {},
  ) => {
    door = new StreamingDoor([transcribeStreaming], { StartStreamTranscription: handler });
    const host = await door.open();
    const client = new TranscribeStreamingClient({
      endpoint: `http://${host}`,
      region: 'us-east-1',
      credentials: { ...keys, secretAccessKey },
      maxAttempts: 1,
    });
    if (damage) damageRequests(client, damage);
    return client;
  };
  const start = (audio: Audio) =>
    new StartStreamTranscriptionCommand({
      LanguageCode: 'en-US',
      MediaEncoding: 'pcm',
      MediaSampleRateHertz: 16_000,
      AudioStream: audio,
    });
  const chunk = (nBytes: number): AudioStream => ({ AudioEvent: { AudioChunk: new Uint8Array(nBytes) } });

  it('goes both ways at once: a result arrives before the next audio is sent', async () => {
    const client = await open(async ({ AudioStream, LanguageCode, MediaSampleRateHertz }: Input) => ({
      LanguageCode,
      MediaSampleRateHertz,
      TranscriptResultStream: lengths(AudioStream),
    }));
    const order: string[] = [];
    let onResult: () => void = () => undefined;
    async function* audio(): AsyncGenerator<AudioStream> {
      for (const nBytes of [3_200, 6_400, 1]) {
        const answered = new Promise<void>((resolve) => (onResult = resolve));
        order.push(`sent ${nBytes}`);
        yield chunk(nBytes);
        await answered;
      }
    }
    const output = await client.send(start(audio()));
    expect(output).toMatchObject({ LanguageCode: 'en-US', MediaSampleRateHertz: 16_000 });
    for await (const { TranscriptEvent: event } of output.TranscriptResultStream ?? []) {
      order.push(`got ${event?.Transcript?.Results?.[0]?.Alternatives?.[0]?.Transcript}`);
      onResult();
    }
    expect(order).toEqual(['sent 3200', 'got 3200', 'sent 6400', 'got 6400', 'sent 1', 'got 1', 'got end']);
    expect(door?.failures).toEqual([]);
  });

  it('tells of an error within the stream as the modelled exception, after what was said before it', async () => {
    const client = await open(async ({ AudioStream }: Input) => {
      async function* results(): Results {
        for await (const _ of AudioStream) {
          yield transcript('first');
          throw new ServiceError('LimitExceededException', 'Enough for today', 429);
        }
      }
      return { TranscriptResultStream: results() };
    });
    async function* endless(): AsyncGenerator<AudioStream> {
      for (;;) {
        yield chunk(100);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
    const { TranscriptResultStream: results } = await client.send(start(endless()));
    const texts: unknown[] = [];
    const reading = (async () => {
      for await (const event of results ?? []) texts.push(event.TranscriptEvent);
    })();
    const error = await reading.catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(LimitExceededException);
    expect(error).toMatchObject({ Message: 'Enough for today' });
    expect(texts).toHaveLength(1);
  });

  it('names an unforeseen failure InternalFailureException and keeps its cause in the log', async () => {
    const client = await open(async () => {
      async function* results(): Results {
        yield transcript('first');
        throw new Error('password of the database');
      }
      return { TranscriptResultStream: results() };
    });
    async function* audio(): AsyncGenerator<AudioStream> {
      yield chunk(10);
    }
    const { TranscriptResultStream: results } = await client.send(start(audio()));
    const error: unknown = await textsOf(results).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ name: 'InternalFailureException' });
    expect(JSON.stringify(error)).not.toContain('password');
    expect(door?.failures).toEqual([
      expect.objectContaining({ err: expect.objectContaining({ message: 'password of the database' }) as unknown }),
    ]);
  });

  it('refuses with an ordinary answer what is wrong before the stream', async () => {
    const client = await open(async ({ AudioStream }: Input) => ({ TranscriptResultStream: lengths(AudioStream) }));
    async function* audio(): AsyncGenerator<AudioStream> {
      yield chunk(10);
    }
    const command = start(audio());
    command.input.MediaSampleRateHertz = 1;
    const error: unknown = await client.send(command).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(BadRequestException);
    expect(error).toMatchObject({ message: expect.stringContaining('mediaSampleRateHertz') as string });
  });

  it('lets nobody in whose request is signed with another secret', async () => {
    const client = await open(async ({ AudioStream }: Input) => ({ TranscriptResultStream: lengths(AudioStream) }), {
      secretAccessKey: 'another',
    });
    async function* audio(): AsyncGenerator<AudioStream> {
      yield chunk(10);
    }
    await expect(client.send(start(audio()))).rejects.toMatchObject({ name: 'InvalidSignatureException' });
  });

  it.each<[what: string, damage: Damage, error: object]>([
    [
      'a chunk signature that does not fit',
      (message) => {
        const signature = message.headers[':chunk-signature'];
        if (signature?.type === 'binary') signature.value[0]! ^= 1;
        return message;
      },
      { name: 'InvalidSignatureException' },
    ],
    [
      'a chunk whose audio was changed under its signature',
      (message) => ({
        ...message,
        body: message.body.map((byte, i) => (i === message.body.length - 5 ? byte ^ 1 : byte)),
      }),
      { name: 'InvalidSignatureException' },
    ],
    ['a chunk without its envelope', (message) => codec.decode(message.body), { name: 'InvalidSignatureException' }],
    ['a stream that was cut before its signed end', () => undefined, { name: 'BadRequestException' }],
  ])('ends with an error within the stream at %s', { timeout: 5_000 }, async (_, damage, expected) => {
    // The first chunk passes; what comes second is damaged.
    let nMessages = 0;
    const second: Damage = (message) => (++nMessages === 2 ? damage(message) : message);
    const client = await open(async ({ AudioStream }: Input) => ({ TranscriptResultStream: lengths(AudioStream) }), {
      damage: second,
    });
    async function* audio(): AsyncGenerator<AudioStream> {
      yield chunk(10);
      yield chunk(20);
    }
    const { TranscriptResultStream: results } = await client.send(start(audio()));
    const texts: unknown[] = [];
    const reading = (async () => {
      for await (const event of results ?? [])
        texts.push(event.TranscriptEvent?.Transcript?.Results?.[0]?.Alternatives);
    })();
    await expect(reading).rejects.toMatchObject(expected);
    expect(texts).toEqual([[{ Transcript: '10' }]]);
  });

  it('takes audio only as fast as the handler does, and keeps little of it', async () => {
    let nTaken = 0;
    const client = await open(async ({ AudioStream }: Input) => {
      async function* results(): Results {
        for await (const _ of AudioStream) {
          nTaken++;
          if (nTaken === 1) await new Promise((resolve) => setTimeout(resolve, 500));
        }
        yield transcript(String(nTaken));
      }
      return { TranscriptResultStream: results() };
    });
    let nSentBytes = 0;
    let sentWhileWaiting = 0;
    async function* audio(): AsyncGenerator<AudioStream> {
      for (let i = 0; i < 400; i++) {
        nSentBytes += 32_000;
        yield chunk(32_000);
      }
    }
    setTimeout(() => (sentWhileWaiting = nSentBytes), 400);
    const { TranscriptResultStream: results } = await client.send(start(audio()));
    expect(await textsOf(results)).toEqual(['400']);
    // Windows of both sides and the client's own buffers, not the 12.8 MB.
    expect(sentWhileWaiting).toBeGreaterThan(0);
    expect(sentWhileWaiting).toBeLessThan(4_000_000);
  });
});
