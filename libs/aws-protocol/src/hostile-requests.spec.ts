import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { ServiceError } from './errors.js';
import { exampleServices, operationOf, queryApi, storageApi, textApi } from './example-services.fixture.js';
import type { HttpRequest } from './http.js';
import { protocols } from './protocols/index.js';
import { createRecogniser, protocolForErrors } from './recognise/recognise.js';
import type { Operation, ProtocolName, ServiceApi } from './schema.js';
import { Chance } from './seeded-chance.fixture.js';
import { validate } from './validate/validate.js';

const jsonSeeds = [
  '{"Text":"a","LanguageCode":"en","Count":3,"Score":1.5,"Big":1,"Flag":true,"Image":"AQID","Time":1.5}',
  '{"Text":"a","Tags":[{"Key":"k","Value":"v"}],"Keys":["a","b"],"Labels":{"a":"b"},"Tree":{"Left":{"Name":"x"}}}',
  '{"Text":"a","Anything":{"a":[1,"2",null]},"Time":"2026-01-02T03:04:05Z"}',
  '[]',
  'null',
  '',
];
const formSeeds = [
  'Action=Detect&Version=2011-06-15&Name=a&Count=7&Flag=true&Time=2026-01-02T03%3A04%3A05Z',
  'Action=Detect&Tags.member.1.Key=a&Tags.member.2.Key=b&FlatKey.1=x&Labels.entry.1.key=k&Labels.entry.1.value=v',
  'Action=Detect&Tree.Left.Left.Name=deep&Tags=&Labels=',
];
const xmlSeeds = [
  '<?xml version="1.0"?><Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Object><Key>a&amp;b</Key><Size>1</Size></Object><Quiet>true</Quiet></Delete>',
  '<Delete><Object><Key><![CDATA[x]]></Key></Object><!-- c --></Delete>',
];
const lines = [
  'GET /b',
  'GET /b/k%20x?x-id=GetObject',
  'PUT /b/k?partNumber=1&uploadId=x',
  'POST /b?delete',
  'GET /',
  'HEAD /b/k',
];
const headerSeeds: readonly (readonly [string, string])[] = [
  ['x-amz-target', 'Comprehend_20171127.Detect'],
  ['content-type', 'application/x-www-form-urlencoded'],
  ['host', 'photos.s3.localhost:4566'],
  [
    'authorization',
    'AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0',
  ],
  ['x-amz-meta-a', 'b'],
  ['expires', 'Fri, 02 Jan 2026 03:04:05 GMT'],
  ['smithy-protocol', 'rpc-v2-cbor'],
];

/** Bodies that are large or deep rather than broken. */
const huge = {
  json: [
    '['.repeat(1_000_000),
    `{"Tree":${'{"Left":'.repeat(100_000)}`,
    `{"Tree":${'{"Left":'.repeat(50_000)}{}${'}'.repeat(50_001)}`,
    `{"Text":"${'a'.repeat(2_000_000)}","Name":"${'-'.repeat(1_000_000)}"}`,
    `{"Text":"a","Tags":[${'{},'.repeat(200_000)}{}]}`,
    `{"Text":"a","Name":"${'a-'.repeat(31)}!"}`,
    `{"Text":"a","Labels":{${Array.from({ length: 50_000 }, (_, i) => `"k${i}":"v"`).join()}}}`,
  ],
  form: ['a.'.repeat(400_000), 'Tags.member.1=&'.repeat(60_000), `Tags.member.${'9'.repeat(500_000)}.Key=a`, '&'.repeat(1_000_000)],
  xml: [
    '<a>'.repeat(300_000),
    `<Delete>${'<Object>'.repeat(60)}`,
    `<Delete>${'<Object><Key>a</Key></Object>'.repeat(30_000)}</Delete>`,
    `<Delete><Object><Key>${'&amp;'.repeat(200_000)}</Key></Object></Delete>`,
    `<Delete ${'a="b" '.repeat(100_000)}`,
    `<Delete${' '.repeat(1_000_000)}`,
    '<!--'.repeat(200_000),
  ],
}; // prettier-ignore

let refused = 0;
let accepted = 0;

/** Lets only a caller's error through; anything else fails the test with its own stack. */
function attempt(run: () => void): void {
  try {
    run();
    accepted++;
  } catch (error) {
    if (!(error instanceof ServiceError) || error.status >= 500) throw error;
    refused++;
  }
}

const empty = (line: string, headers: Record<string, string> = {}): HttpRequest => {
  const [method = '', url = ''] = line.split(' ');
  const [rawPath = '', rawQuery = ''] = url.split('?', 2);
  return { method, rawPath, rawQuery, headers, body: Readable.from([]) };
};

/** Reads, validates and, where that passes, writes back what was read. */
function throughProtocol(name: ProtocolName, api: ServiceApi, operation: Operation, body: Buffer): void {
  const protocol = protocols.get(name);
  if (!protocol) throw new Error(`${name} is not spoken`);
  attempt(() => {
    const input = protocol.readRequest(api, operation, empty('POST /'), body, { Bucket: 'b', Key: 'k' });
    validate(api, operation, input);
    protocol.writeResponse(api, { ...operation, output: operation.input }, input, { requestId: 'r', method: 'POST' });
  });
}

const suites = [
  ['awsJson1_1', textApi, 'Detect', jsonSeeds, huge.json],
  ['restJson1', textApi, 'Detect', jsonSeeds, huge.json],
  ['awsQuery', queryApi, 'Detect', formSeeds, huge.form],
  ['restXml', storageApi, 'DeleteObjects', xmlSeeds, huge.xml],
] as const;

describe('hostile requests', () => {
  it.each(suites)(
    'in %s get an error of the caller, never ours (4,000 damaged bodies)',
    (name, api, operation, seeds) => {
      const chance = new Chance(20_261_125);
      [refused, accepted] = [0, 0];
      for (let i = 0; i < 4000; i++)
        throughProtocol(name, api, operationOf(api, operation), chance.damage(chance.of(seeds)));
      // Neither all refused nor all accepted: else the damage tests nothing.
      expect(refused).toBeGreaterThan(400);
      expect(accepted).toBeGreaterThan(40);
    },
  );

  it.each(suites)('in %s that are huge or deep end soon', (name, api, operation, _, bodies) => {
    expect(bodies.length).toBeGreaterThan(0);
    // Work that grows faster than its input would run into the test's time limit.
    for (const body of bodies) throughProtocol(name, api, operationOf(api, operation), Buffer.from(body));
  });

  it('with damaged heads are recognised or refused (6,000)', async () => {
    const chance = new Chance(7);
    const recognise = createRecogniser(exampleServices);
    [refused, accepted] = [0, 0];
    for (let i = 0; i < 6000; i++) {
      const headers: Record<string, string> = {};
      for (let n = chance.number(4); n > 0; n--) {
        const [header, value] = chance.of(headerSeeds);
        headers[header] = chance.damage(value).toString('latin1');
      }
      const request = empty(chance.damage(chance.of(lines)).toString('latin1'), headers);
      const body = () => Promise.resolve(chance.damage(chance.of(formSeeds)));
      try {
        const { service, operation, protocol, labels } = await recognise(request, body);
        protocol.readRequest(service.api, operation, request, Buffer.alloc(0), labels);
        accepted++;
      } catch (error) {
        // 501 is honest: a service or protocol that is not there.
        if (!(error instanceof ServiceError) || (error.status >= 500 && error.status !== 501)) throw error;
        const { method } = request;
        const written = protocolForErrors(request).writeError(undefined, error, { requestId: 'r', method });
        expect(written.status).toBe(error.status);
        const named = `${Buffer.from((written.body as string | undefined) ?? '').toString()} ${written.headers['x-amzn-errortype']}`;
        expect(method === 'HEAD' || named.includes(error.code)).toBe(true);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(600);
    expect(accepted).toBeGreaterThan(600);
  });

  it('leave no memory behind', () => {
    const chance = new Chance(3);
    const run = (times: number) => {
      for (let i = 0; i < times; i++)
        for (const [name, api, operation, seeds] of suites)
          throughProtocol(name, api, operationOf(api, operation), chance.damage(chance.of(seeds)));
      globalThis.gc?.();
      return process.memoryUsage().heapUsed;
    };
    run(500);
    const before = run(500);
    // Without --expose-gc the heap holds garbage of a few collections; a leak of a kilobyte a request would show.
    expect(run(5000) - before).toBeLessThan(20_000 * 1024);
  });
});
