import { clientPreface, frameFlag, frameType, headerBlock, http2Frame } from '@lantern/testing';

type Random = () => number;
type Field = readonly [name: string, value: string];

const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
const below = (random: Random, limit: number) => Math.floor(random() * limit);
const noise = (random: Random, length: number) => Buffer.from(Array.from({ length }, () => below(random, 256)));

/** Flips, cuts or repeats bytes, once to four times. */
function scramble(random: Random, whole: Buffer): Buffer {
  let bytes = Buffer.from(whole);
  for (let times = 1 + below(random, 4); times > 0; times--) {
    const at = below(random, bytes.length + 1);
    const kind = random();
    if (kind < 0.5 && at < bytes.length) bytes[at] = below(random, 256);
    else if (kind < 0.8) bytes = bytes.subarray(0, at);
    else bytes = Buffer.concat([bytes, bytes.subarray(at)]);
  }
  return bytes;
}

const uint32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
};

const setting = (id: number, value: number) => Buffer.concat([Buffer.of(id >> 8, id & 255), uint32(value)]);

/** A request that is right, but for what a caller changes. */
const request = (authorization: string, more: readonly Field[] = []): Field[] => [
  [':method', 'POST'],
  [':scheme', 'http'],
  [':path', '/'],
  [':authority', 'localhost'],
  ['authorization', authorization],
  ['content-type', 'application/x-amz-json-1.1'],
  ['x-amz-target', 'Comprehend_20171127.DetectDominantLanguage'],
  ...more,
];

/** Header lists that HTTP/2 forbids (RFC 9113, section 8), or that end in nothing a server knows. */
function wrongFields(random: Random, authorization: string): Field[] {
  const fields = request(authorization);
  const at = below(random, fields.length + 1);
  const kinds: (() => Field[])[] = [
    () => fields.filter((_, i) => i !== below(random, 4)),
    () => [...fields, [':path', '/again']],
    () => [...fields.slice(0, at), ['Upper-Case', 'x'], ...fields.slice(at)],
    () => [...fields, ['connection', 'close'], ['transfer-encoding', 'chunked']],
    () => [...fields, ['', 'nameless']],
    () => [...fields, ['x-control', 'a\r\nb\0c']],
    () => [...fields, ['content-length', pick(random, ['-1', '1e9', '5', '99999999999999999999'])]],
    () => fields.map(([name, value]) => [name, name === ':path' ? pick(random, ['', '*', 'x', '/%zz', '/\0']) : value]),
    () =>
      fields.map(([name, value]) => [name, name === ':method' ? pick(random, ['CONNECT', '', 'A B', 'PRI']) : value]),
    () => [...fields, ['host', 'other.localhost'], ['x-large', 'v'.repeat(below(random, 70_000))]],
    () => Array.from({ length: below(random, 3_000) }, (_, i) => [`x-${i}`, '']),
  ];
  return pick(random, kinds)();
}

/** One frame, or a few that only together are wrong. */
function wrongFrames(random: Random, authorization: string): Buffer {
  const { data, headers, priority, reset, settings, pushPromise, ping, goAway, windowUpdate, continuation } = frameType;
  const stream = pick(random, [0, 1, 1, 1, 2, 3, 5, 0x7fffffff, 0x80000001]);
  const block = headerBlock(request(authorization));
  const open = http2Frame(headers, frameFlag.endHeaders, 1, block);
  const kinds: (() => Buffer)[] = [
    () => http2Frame(below(random, 256), below(random, 256), stream, noise(random, below(random, 64))),
    () =>
      http2Frame(
        pick(random, [data, headers, settings]),
        below(random, 256),
        stream,
        noise(random, 9),
        below(random, 1 << 24),
      ),
    () => http2Frame(headers, frameFlag.endHeaders | frameFlag.endStream, 1, noise(random, 1 + below(random, 200))),
    () => http2Frame(headers, frameFlag.endHeaders | frameFlag.endStream, 1, scramble(random, block)),
    () => http2Frame(headers, frameFlag.endHeaders, 1, headerBlock(wrongFields(random, authorization))),
    () => http2Frame(headers, frameFlag.endHeaders | frameFlag.padded, 1, Buffer.concat([Buffer.of(255), block])),
    () =>
      http2Frame(
        headers,
        frameFlag.endHeaders | frameFlag.priority,
        stream,
        Buffer.concat([uint32(stream), Buffer.of(9), block]),
      ),
    () =>
      Buffer.concat([http2Frame(headers, 0, 1, block), http2Frame(data, frameFlag.endStream, 1, Buffer.from('{}'))]),
    () =>
      Buffer.concat([
        open,
        http2Frame(data, frameFlag.endStream, 1, Buffer.from('{}')),
        http2Frame(data, 0, 1, noise(random, 99)),
      ]),
    () =>
      Buffer.concat([open, http2Frame(data, frameFlag.padded, 1, Buffer.concat([Buffer.of(200), noise(random, 9)]))]),
    () =>
      Buffer.concat([
        open,
        http2Frame(data, 0, 1, noise(random, 16_384)),
        http2Frame(reset, 0, 1, uint32(below(random, 20))),
      ]),
    () => Buffer.concat([open, open]),
    () => Buffer.concat([open, http2Frame(headers, frameFlag.endHeaders, 1, headerBlock([['x-trailer', 'not last']]))]),
    () => http2Frame(data, 0, stream, noise(random, 20)),
    () => http2Frame(windowUpdate, 0, stream, uint32(pick(random, [0, 0x7fffffff, 0xffffffff]))),
    () => Buffer.concat([open, ...Array.from({ length: 3 }, () => http2Frame(windowUpdate, 0, 1, uint32(0x7fffffff)))]),
    () =>
      http2Frame(
        settings,
        below(random, 2),
        stream,
        setting(below(random, 8), pick(random, [0, 1, 0x7fffffff, 0xffffffff])),
      ),
    () => http2Frame(settings, frameFlag.ack, 0, noise(random, below(random, 13))),
    () => http2Frame(ping, 0, stream, noise(random, below(random, 17))),
    () => http2Frame(reset, 0, stream, noise(random, below(random, 6))),
    () => http2Frame(priority, 0, stream, Buffer.concat([uint32(stream), Buffer.of(0)])),
    () => http2Frame(pushPromise, frameFlag.endHeaders, stream, Buffer.concat([uint32(2), block])),
    () => http2Frame(goAway, 0, stream, noise(random, below(random, 20))),
    () => http2Frame(continuation, frameFlag.endHeaders, stream, block),
  ];
  return pick(random, kinds)();
}

/** What a hostile HTTP/2 client says on one connection: a preface, mostly right, and one to three wrong things. */
export function malformedHttp2(random: Random, authorization: string): Buffer {
  const start = Buffer.concat([clientPreface, http2Frame(frameType.settings, 0, 0, Buffer.alloc(0))]);
  const frames = Array.from({ length: 1 + below(random, 3) }, () => wrongFrames(random, authorization));
  return Buffer.concat([random() < 0.05 ? scramble(random, start) : start, ...frames]);
}

/** A WebSocket frame (RFC 6455, section 5.2), masked with zeros, right or wrong. */
function webSocketFrame(random: Random, first: number, payload: Buffer): Buffer {
  const masked = random() < 0.9 ? 0x80 : 0;
  const claimed = random() < 0.9 ? payload.length : pick(random, [0, 125, 70_000, 2 ** 31, 2 ** 52]);
  let length: Buffer;
  if (claimed < 126) length = Buffer.of(masked | claimed);
  else if (claimed < 65_536) length = Buffer.of(masked | 126, claimed >> 8, claimed & 255);
  else {
    length = Buffer.alloc(9);
    length[0] = masked | 127;
    length.writeBigUInt64BE(BigInt(claimed), 1);
  }
  return Buffer.concat([Buffer.of(first), length, masked ? Buffer.alloc(4) : Buffer.alloc(0), payload]);
}

/** A frame of an event stream, whose lengths and checksums seldom hold. */
function eventFrame(random: Random): Buffer {
  const frame = Buffer.alloc(16 + below(random, 200));
  frame.writeUInt32BE(random() < 0.7 ? frame.length : below(random, 2 ** 32), 0);
  frame.writeUInt32BE(random() < 0.7 ? 0 : below(random, 2 ** 32), 4);
  noise(random, frame.length - 12).copy(frame, 12);
  return frame;
}

/** What a hostile client says on an accepted WebSocket: one to four frames with wrong codes, lengths, masks or contents. */
export function malformedMessages(random: Random): Buffer {
  const fin = () => (random() < 0.8 ? 0x80 : 0);
  const kinds: (() => Buffer)[] = [
    () => webSocketFrame(random, 0x82, eventFrame(random)),
    () => webSocketFrame(random, 0x82, Buffer.alloc(0)),
    () => webSocketFrame(random, below(random, 256), noise(random, below(random, 200))),
    () => webSocketFrame(random, fin() | 1, noise(random, below(random, 50))),
    () => webSocketFrame(random, fin(), noise(random, 20)),
    () => webSocketFrame(random, fin() | pick(random, [8, 9, 10]), noise(random, below(random, 200))),
    () =>
      webSocketFrame(random, 0x88, Buffer.concat([Buffer.of(below(random, 20), below(random, 256)), Buffer.of(0xff)])),
    () => webSocketFrame(random, 0xc2, eventFrame(random)),
    () => noise(random, 1 + below(random, 100)),
  ];
  return Buffer.concat(Array.from({ length: 1 + below(random, 4) }, () => pick(random, kinds)()));
}

/**
 * A request for a WebSocket; one in ten is wrong.
 * @param path presigned, with its query
 */
export function upgradeRequest(random: Random, host: string, path: string): string {
  const wrong = random() < 0.1 ? below(random, 5) : -1;
  return [
    `${wrong === 0 ? 'POST' : 'GET'} ${wrong === 1 ? path.replace('-websocket', '') : path} HTTP/1.1`,
    `host: ${wrong === 4 ? 'elsewhere' : host}`,
    'connection: Upgrade',
    'upgrade: websocket',
    `sec-websocket-version: ${wrong === 2 ? 99 : 13}`,
    `sec-websocket-key: ${wrong === 3 ? 'x' : 'AAAAAAAAAAAAAAAAAAAAAA=='}`,
    '',
    '',
  ].join('\r\n');
}
