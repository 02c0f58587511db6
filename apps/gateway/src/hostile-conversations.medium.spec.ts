import { connect, constants, type ClientHttp2Session } from 'node:http2';
import { EventStreamCodec } from '@smithy/core/event-streams';
import { transcribeStreaming } from '@lantern/transcribe';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { apiKey, StreamingDoor } from './streaming-door.fixture.js';

const count = 5_000;
const lanes = 25;

const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8')),
  (text) => Buffer.from(text),
);

/** Numbers in [0, 1), the same on every machine (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const pick = <T>(random: () => number, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;

/** One to four messages, of which some are no events, some no messages, and some cut. */
function hostileBody(random: () => number): Buffer {
  const messages = Array.from({ length: 1 + Math.floor(random() * 4) }, () => {
    const type = pick(random, ['AudioEvent', 'AudioEvent', 'ConfigurationEvent', 'Weather', '__proto__']);
    const text = pick(random, [
      '',
      'audio',
      '{"ChannelDefinitions":[]}',
      '{"ChannelDefinitions":[{"ChannelId":9}]}',
      '{',
      '[]',
    ]);
    const inner = codec.encode({
      headers: {
        ':message-type': { type: 'string', value: pick(random, ['event', 'event', 'event', 'exception', 'x']) },
        ':event-type': { type: 'string', value: type },
      },
      body: Buffer.from(text),
    });
    if (random() < 0.7) return inner;
    const signature = { type: 'binary', value: Buffer.alloc(32) } as const;
    return codec.encode({
      headers: { ':chunk-signature': signature },
      body: random() < 0.8 ? inner : Buffer.from('x'),
    });
  });
  const whole = Buffer.concat(messages);
  if (random() < 0.3) whole[Math.floor(random() * whole.length)]! ^= 1 << Math.floor(random() * 8);
  return random() < 0.2 ? whole.subarray(0, Math.floor(random() * whole.length)) : whole;
}

interface Answer {
  readonly status: number;
  /** How the response stream ended: `end`, or the last message's type. */
  readonly last: string;
}

function converse(session: ClientHttp2Session, body: Buffer, cutAt: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ':method': 'POST',
      ':path': '/stream-transcription',
      authorization: `Bearer ${apiKey}`,
      'x-amzn-transcribe-language-code': 'en-US',
      'x-amzn-transcribe-sample-rate': '16000',
      'x-amzn-transcribe-media-encoding': 'pcm',
    });
    const chunks: Buffer[] = [];
    let status = 0;
    stream.on('response', (headers) => (status = Number(headers[constants.HTTP2_HEADER_STATUS])));
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('error', reject);
    stream.on('close', () => {
      const bytes = Buffer.concat(chunks);
      let last = 'nothing';
      for (let at = 0; at < bytes.length; at += bytes.readUInt32BE(at)) {
        const { headers } = codec.decode(bytes.subarray(at, at + bytes.readUInt32BE(at)));
        last = String(headers[':exception-type']?.value ?? headers[':message-type']?.value);
      }
      resolve({ status, last });
    });
    stream.write(body.subarray(0, cutAt));
    stream.end(body.subarray(cutAt));
  });
}

// Real: the port, the pipeline, the protocol. A double: the handler, which answers every event with one.
describe('hostile conversations', () => {
  let door: StreamingDoor;
  let session: ClientHttp2Session;
  beforeEach(async () => {
    door = new StreamingDoor([transcribeStreaming], {
      StartStreamTranscription: async ({ AudioStream }: { AudioStream: AsyncIterable<object> }) => {
        async function* results() {
          for await (const _ of AudioStream) yield { TranscriptEvent: { Transcript: { Results: [] } } };
        }
        return { TranscriptResultStream: results() };
      },
    });
    session = connect(`http://${await door.open()}`);
  });
  afterEach(() => {
    session.destroy();
    door.close();
  });

  it(
    `of ${count} bodies end in what was said well, then one exception, and leave nothing behind`,
    { timeout: 60_000 },
    async () => {
      const random = seeded(20_261_125);
      const ends = new Map<string, number>();
      let warm = 0;
      for (let i = 0; i < count; i += lanes) {
        const answers = await Promise.all(
          Array.from({ length: lanes }, () => {
            const body = hostileBody(random);
            return converse(session, body, Math.floor(random() * body.length));
          }),
        );
        for (const { status, last } of answers) {
          expect(status).toBe(200);
          ends.set(last, (ends.get(last) ?? 0) + 1);
        }
        if (i === 1_000) warm = process.memoryUsage().heapUsed;
      }
      // Nothing but events and the exception for a bad request: no failure of ours, no stream that broke off.
      expect([...ends.keys()].sort()).toEqual(['BadRequestException', 'event', 'nothing']);
      // Neither all refused nor all accepted: else the damage tests nothing.
      for (const end of ['BadRequestException', 'event']) expect(ends.get(end)).toBeGreaterThan(200);
      expect(door.failures).toEqual([]);
      expect(door.pipeline.nInFlight).toBe(0);
      globalThis.gc?.();
      // A leak of ten kilobytes a conversation would show.
      expect(process.memoryUsage().heapUsed - warm).toBeLessThan(40 << 20);
    },
  );
});
