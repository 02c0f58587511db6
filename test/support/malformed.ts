import { createHash } from 'node:crypto';

/** One hostile request, complete but for the host. */
export interface Malformed {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

type Random = () => number;

/** Numbers in [0, 1) from a hash chain: the same seed makes the same requests on every machine. */
export function seeded(seed: string): Random {
  let state = createHash('sha256').update(seed).digest();
  let at = 0;
  return () => {
    if (at + 4 > state.length) {
      state = createHash('sha256').update(state).digest();
      at = 0;
    }
    at += 4;
    return state.readUInt32LE(at - 4) / 2 ** 32;
  };
}

const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;

/** Flips, cuts, repeats or inserts bytes, once to eight times. */
function mutate(random: Random, text: string): Buffer {
  let bytes = Buffer.from(text);
  for (let times = 1 + Math.floor(random() * 8); times > 0; times--) {
    const at = Math.floor(random() * (bytes.length + 1));
    const kind = random();
    if (kind < 0.4 && at < bytes.length) bytes[at] = Math.floor(random() * 256);
    else if (kind < 0.6) bytes = bytes.subarray(0, at);
    else if (kind < 0.8) bytes = Buffer.concat([bytes, bytes.subarray(at)]);
    else
      bytes = Buffer.concat([
        bytes.subarray(0, at),
        Buffer.from(pick(random, ['\0', '"', '{', '<', '&', '%', '\u{1F600}', '__proto__', '1e999', '-'])),
        bytes.subarray(at),
      ]);
  }
  return bytes;
}

const deep = (open: string, close: string, depth: number, inner = '') =>
  open.repeat(depth) + inner + close.repeat(depth);

const json = [
  '{"Text":"Hello there"}',
  '{"TextList":["a","b"]}',
  '{"Text":{"a":[1,2,null]}}',
  '[]',
  'null',
  '"x"',
  '{"Text":1e400}',
  '{"__proto__":{"a":1},"Text":"x"}',
];
const xml = [
  '<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Object><Key>a</Key></Object></Delete>',
  '<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><Delete><Object><Key>&d;</Key></Object></Delete>',
  '<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>',
  '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"0"</ETag></Part></CompleteMultipartUpload>',
];
const query = [
  'Action=GetCallerIdentity&Version=2011-06-15',
  'Action=GetSessionToken&DurationSeconds=900',
  'Action=AssumeRole&RoleArn=x&RoleSessionName=y&Tags.member.1.Key=a',
  'Action=%zz&=&&&',
];
const targets = [
  'Comprehend_20171127.DetectDominantLanguage',
  'Comprehend_20171127.BatchDetectDominantLanguage',
  'SageMaker.CreateTrainingJob',
  'Transcribe.StartTranscriptionJob',
  '',
  '.',
  'a.b.c',
];

const asJson = (random: Random, authorization: string): Malformed => ({
  method: 'POST',
  path: '/',
  headers: { authorization, 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': pick(random, targets) },
  body:
    random() < 0.05
      ? Buffer.from(deep('{"Text":', '}', 1 + Math.floor(random() * 50_000), '1'))
      : mutate(random, pick(random, json)),
});

const asXml = (random: Random, authorization: string): Malformed => ({
  method: pick(random, ['POST', 'PUT']),
  path: pick(random, [
    '/fuzz?delete',
    '/fuzz/key?tagging',
    '/fuzz/key?uploadId=x',
    '/fuzz?tagging',
    '/fuzz',
    '/%00/%zz?list-type=2',
    '/fuzz/%2e%2e/x?partNumber=0&uploadId=',
  ]),
  headers: { authorization, 'content-type': 'application/xml' },
  body:
    random() < 0.05
      ? Buffer.from(deep('<a>', '</a>', 1 + Math.floor(random() * 50_000)))
      : mutate(random, pick(random, xml)),
});

const asQuery = (random: Random, authorization: string): Malformed => ({
  method: 'POST',
  path: '/',
  headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
  body: mutate(random, pick(random, query)),
});

const printable = (bytes: Buffer) => bytes.toString('latin1').replace(/[^\x20-\x7e]/g, '?');

const withBadSignature = (random: Random): Malformed => {
  const whole =
    'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261125/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=' +
    'a'.repeat(64);
  const presigned =
    'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20261125T000000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=00';
  const inQuery = random() < 0.5;
  return {
    method: pick(random, ['GET', 'PUT', 'DELETE', 'HEAD', 'POST', 'OPTIONS']),
    path: inQuery ? `/fuzz/key?${printable(mutate(random, presigned)).replace(/[ #]/g, '+')}` : '/fuzz/key',
    headers: inQuery
      ? {}
      : {
          authorization: printable(mutate(random, whole)),
          'x-amz-date': printable(mutate(random, '20261125T000000Z')),
        },
    body: Buffer.alloc(0),
  };
};

const asChunks = (random: Random, authorization: string): Malformed => ({
  method: 'PUT',
  path: '/fuzz/chunked',
  headers: {
    authorization,
    'content-encoding': 'aws-chunked',
    'x-amz-content-sha256': pick(random, [
      'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
      'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
      'UNSIGNED-PAYLOAD',
      'x',
    ]),
    'x-amz-decoded-content-length': pick(random, ['5', '0', '-1', '99999999999999999999', 'x']),
    'x-amz-trailer': pick(random, ['x-amz-checksum-crc32', 'x-amz-checksum-none', '']),
  },
  body: mutate(random, '5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n'),
});

/** The `i`-th hostile request; kinds take turns. `authorization` lets a request past the door, so that its body is read. */
export function malformed(random: Random, i: number, authorization: string): Malformed {
  const kinds = [asJson, asXml, asQuery, withBadSignature, asChunks] as const;
  return (kinds[i % kinds.length] as (random: Random, authorization: string) => Malformed)(random, authorization);
}
