import { EventStreamCodec } from '@smithy/core/event-streams';
import { cbor } from '@smithy/core/cbor';
import type { Malformed } from './malformed.js';

type Random = () => number;

const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
const hex = (text: string) => Buffer.from(text, 'hex');

/** What hurts a reader of CBOR: ends, lengths beyond the body, odd numbers, tags, keys that objects have already. */
const pieces = ['ff', '9f', 'bf', '5f', '7f', '9bffffffffffffffff', 'bb00000000ffffffff', '5b7fffffffffffffff', 'c1f97e00', 'c25901', 'd9d9f7', 'fb7ff0000000000000', 'f7', '3bffffffffffffffff', '695f5f70726f746f5f5f', '00000000', 'ffffffff'].map(hex); // prettier-ignore

function mutate(random: Random, whole: Buffer): Buffer {
  let bytes = whole;
  for (let times = 1 + Math.floor(random() * 6); times > 0; times--) {
    const at = Math.floor(random() * (bytes.length + 1));
    const kind = random();
    if (kind < 0.4) bytes = Buffer.concat([bytes.subarray(0, at), Buffer.of(random() * 256), bytes.subarray(at + 1)]);
    else if (kind < 0.55) bytes = bytes.subarray(0, at);
    else if (kind < 0.7) bytes = Buffer.concat([bytes, bytes.subarray(at)]);
    else bytes = Buffer.concat([bytes.subarray(0, at), pick(random, pieces), bytes.subarray(at)]);
  }
  return bytes;
}

const documents = [
  { Text: 'Hello there' },
  { TextList: ['a', 'b'] },
  { Text: { a: [1, 2, null] } },
  { Text: 1.5, LanguageCode: 'en', Extra: Buffer.of(1, 2, 3) },
  [],
].map((value) => Buffer.from(cbor.serialize(value)));

const operations = [
  'Comprehend_20171127/operation/DetectDominantLanguage',
  'Comprehend_20171127/operation/BatchDetectDominantLanguage',
  'Comprehend_20171127/operation/StartDominantLanguageDetectionJob',
  'ComprehendMedical_20181030/operation/DetectEntitiesV2',
  'AmazonSQS/operation/CreateQueue',
  'Nobody/operation/Nothing',
];

/** A body of damaged CBOR, or of a nesting without end. */
export const malformedCbor = (random: Random, authorization: string): Malformed => ({
  method: 'POST',
  path: `/service/${pick(random, operations)}`,
  headers: { authorization, 'smithy-protocol': 'rpc-v2-cbor', 'content-type': 'application/cbor' },
  body:
    random() < 0.05
      ? Buffer.alloc(1 + Math.floor(random() * 200_000), pick(random, [0x81, 0x9f, 0xa1, 0xbf, 0xc1, 0xff, 0x80]))
      : mutate(random, pick(random, documents)),
});

const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8')),
  (text) => Buffer.from(text),
);

const event = (type: string, body: Uint8Array, signed = false): Buffer => {
  const headers = { ':message-type': { type: 'string', value: 'event' }, ':event-type': { type: 'string', value: type } } as const; // prettier-ignore
  const inner = Buffer.from(codec.encode({ headers, body }));
  if (!signed) return inner;
  const envelope = { ':date': { type: 'timestamp', value: new Date(0) }, ':chunk-signature': { type: 'binary', value: Buffer.alloc(32) } } as const; // prettier-ignore
  return Buffer.from(codec.encode({ headers: envelope, body: inner }));
};

/** The body of a conversation: damaged frames, damaged events in sound frames, or sound ones in an odd order. */
export function malformedEvents(random: Random): Buffer {
  const events = Array.from({ length: 1 + Math.floor(random() * 4) }, () => {
    const type = pick(random, ['AudioEvent', 'ConfigurationEvent', 'TranscriptEvent', '', '__proto__']);
    const body = mutate(random, Buffer.from('{"ChannelDefinitions":[{"ChannelId":0,"ParticipantRole":"AGENT"}]}'));
    return event(type, body, random() < 0.3);
  });
  const whole = Buffer.concat(events);
  return random() < 0.5 ? mutate(random, whole) : whole;
}

/** A conversation with Transcribe as one request. */
export const malformedConversation = (random: Random, authorization: string): Malformed => ({
  method: 'POST',
  path: '/stream-transcription',
  headers: {
    authorization,
    'content-type': 'application/vnd.amazon.eventstream',
    'x-amzn-transcribe-language-code': pick(random, ['en-US', 'xx', '']),
    'x-amzn-transcribe-sample-rate': pick(random, ['16000', '-1', '1e9', '']),
    'x-amzn-transcribe-media-encoding': pick(random, ['pcm', 'flac', 'mp3']),
  },
  body: malformedEvents(random),
});
