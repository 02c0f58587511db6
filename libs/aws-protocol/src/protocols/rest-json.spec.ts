import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { ServiceError } from '../errors.js';
import { textApi } from '../example-services.fixture.js';
import type { Member, Operation, ServiceApi, ShapeTable } from '../schema.js';
import { createRecogniser } from '../recognise/recognise.js';
import { defineUnstartedService } from '../service.js';
import { requestOf } from '../signing/signing.fixture.js';
import { RestJsonProtocol } from './rest-json.js';

const at = (shape: string, name: string): Member => ({ shape, binding: { in: 'header', name } });
const query = (shape: string, name: string): Member => ({ shape, binding: { in: 'query', name } });
const body = (shape: string): Record<string, Member> => ({ Body: { shape, binding: { in: 'payload' } } });
const holding = (members: Record<string, Member>) => ({ type: 'structure', members }) as const;

const shapes: ShapeTable = {
  Text: { type: 'string' },
  Json: { type: 'string', mediaType: 'application/json' },
  Count: { type: 'integer' },
  Score: { type: 'double' },
  Flag: { type: 'boolean' },
  Time: { type: 'timestamp' },
  Seconds: { type: 'timestamp', timestampFormat: 'epoch-seconds' },
  Bytes: { type: 'blob' },
  Stream: { type: 'blob', streaming: true },
  Document: { type: 'document' },
  Texts: { type: 'list', member: { shape: 'Text' } },
  Counts: { type: 'list', member: { shape: 'Count' } },
  Times: { type: 'list', member: { shape: 'Time' } },
  TextMap: { type: 'map', key: { shape: 'Text' }, value: { shape: 'Text' } },
  ListMap: { type: 'map', key: { shape: 'Text' }, value: { shape: 'Texts' } },
  Inner: holding({ Name: { shape: 'Text', jsonName: 'name' }, When: { shape: 'Time' } }),
  Everything: holding({
    Label: { shape: 'Text', required: true, binding: { in: 'label' } },
    Path: { shape: 'Text', required: true, binding: { in: 'label', greedy: true } },
    Name: at('Text', 'x-name'),
    Attributes: at('Json', 'x-attributes'),
    Texts: at('Texts', 'x-texts'),
    Times: at('Times', 'x-times'),
    When: at('Time', 'x-when'),
    Meta: { shape: 'TextMap', binding: { in: 'prefixHeaders', name: 'x-meta-' } },
    Count: query('Count', 'count'),
    Counts: query('Counts', 'n'),
    Flag: query('Flag', 'flag'),
    Since: query('Time', 'since'),
    All: { shape: 'ListMap', binding: { in: 'queryParams' } },
    Inner: { shape: 'Inner' },
    Score: { shape: 'Score' },
    Bytes: { shape: 'Bytes' },
  }),
  Answer: holding({
    Status: { shape: 'Count', binding: { in: 'responseCode' } },
    Name: at('Text', 'x-name'),
    Attributes: at('Json', 'x-attributes'),
    Texts: at('Texts', 'x-texts'),
    Times: at('Times', 'x-times'),
    When: at('Time', 'x-when'),
    Seconds: at('Seconds', 'x-seconds'),
    Meta: { shape: 'TextMap', binding: { in: 'prefixHeaders', name: 'x-meta-' } },
    Inner: { shape: 'Inner' },
  }),
  InnerBody: holding(body('Inner')),
  BytesBody: holding({ ...body('Bytes'), ContentType: at('Text', 'content-type') }),
  TextBody: holding(body('Text')),
  DocumentBody: holding(body('Document')),
  StreamBody: holding({ ...body('Stream'), Name: at('Text', 'x-name') }),
  SlowDown: {
    type: 'structure',
    error: 'client',
    httpError: 429,
    members: { Message: { shape: 'Text' }, After: at('Count', 'retry-after'), Until: { shape: 'Time' } },
  },
};

const operation = (name: string, uri = `/${name}`, output = name, code = 200): Operation => ({
  name,
  input: name,
  output,
  errors: ['SlowDown'],
  http: { method: 'POST', uri, code },
});
const operations = Object.fromEntries(
  [
    operation('Everything', '/a/{Label}/b/{Path+}', 'Answer'),
    ...['InnerBody', 'BytesBody', 'TextBody', 'DocumentBody', 'StreamBody'].map((name) => operation(name)),
    operation('Nothing', '/nothing', 'Answer', 204),
  ].map((each) => [each.name, each]),
);
const api: ServiceApi = {
  ...textApi,
  name: 'example',
  protocols: ['restJson1'],
  signingName: 'example',
  shapes,
  operations,
};

const protocol = new RestJsonProtocol();
const context = { requestId: 'r-1', method: 'POST' };
const recognise = createRecogniser([defineUnstartedService(api, 'an example')]);
const scope = {
  authorization:
    'AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/example/aws4_request, SignedHeaders=host, Signature=0',
};

async function read(target: string, headers: Record<string, string> = {}, sent: string | Buffer | Readable = '') {
  const request = requestOf('POST', target, { ...scope, ...headers });
  const { operation: found, labels } = await recognise(request, () => Promise.resolve(Buffer.alloc(0)));
  return protocol.readRequest(api, found, request, typeof sent === 'string' ? Buffer.from(sent) : sent, labels);
}
const write = (name: string, output: Record<string, unknown>, method = 'POST') => {
  const found = operations[name];
  if (!found) throw new Error(`no operation ${name}`);
  return protocol.writeResponse(api, found, output, { ...context, method });
};

const date = new Date('2026-03-01T09:30:00Z');
const httpDate = 'Sun, 01 Mar 2026 09:30:00 GMT';

describe('restJson1', () => {
  it('reads a request from every place that HTTP has', async () => {
    const input = await read(
      '/a/one%2Ftwo/b/three/fo%20ur?count=3&n=1&n=2&flag=true&since=2026-03-01T09%3A30%3A00Z&other=a&other=b',
      {
        'x-name': 'me',
        'x-attributes': Buffer.from('{"a":1}').toString('base64'),
        'x-texts': 'plain, "with, comma", "with \\"quotes\\" and \\\\"',
        'x-times': `${httpDate}, ${httpDate}`,
        'x-when': httpDate,
        'x-meta-a': '1',
        'x-meta-b-c': '2',
      },
      '{"Inner":{"name":"n","When":1.5},"Score":"NaN","Bytes":"AQI=","Label":"not from here","Unknown":{}}',
    );
    expect(input).toEqual({
      Label: 'one/two',
      Path: 'three/fo ur',
      Name: 'me',
      Attributes: '{"a":1}',
      Texts: ['plain', 'with, comma', 'with "quotes" and \\'],
      Times: [date, date],
      When: date,
      Meta: { a: '1', 'b-c': '2' },
      Count: 3,
      Counts: [1, 2],
      Flag: true,
      Since: date,
      All: { count: ['3'], n: ['1', '2'], flag: ['true'], since: ['2026-03-01T09:30:00Z'], other: ['a', 'b'] },
      Inner: { Name: 'n', When: new Date(1_500) },
      Score: NaN,
      Bytes: Buffer.of(1, 2),
    });
  });

  it.each([
    ['/a/x/b/y?count=three', {}, "Failed to parse a integer: 'three'"],
    ['/a/x/b/y', { 'x-when': 'yesterday' }, "Failed to parse a timestamp: 'yesterday'"],
    ['/a/x/b/y', { 'x-texts': 'a, "b' }, 'A header holds a list that can not be split into its items'],
    ['/a/x/b/y', { 'x-texts': '"a" b' }, 'A header holds a list that can not be split into its items'],
  ])('refuses %s with %j', async (target, headers, message) => {
    await expect(read(target, headers)).rejects.toMatchObject({ status: 400, message });
  });

  it('splits long lists, whatever they hold', async () => {
    expect.hasAssertions();
    // Work that grows faster than its input would run into the test's time limit.
    for (const hostile of [
      ' '.repeat(60_000),
      '"'.repeat(60_001),
      ' "'.repeat(30_000),
      '\\"'.repeat(30_000),
      `"${'\\'.repeat(60_001)}`,
    ])
      await read('/a/x/b/y', { 'x-texts': hostile }).catch((error: unknown) =>
        expect(error).toBeInstanceOf(ServiceError),
      );
  });

  it('takes a whole body as a structure, bytes, text, a document or a stream', async () => {
    expect(await read('/InnerBody', {}, '{"name":"n"}')).toEqual({ Body: { Name: 'n' } });
    expect(await read('/InnerBody')).toEqual({});
    expect(await read('/BytesBody', { 'content-type': 'x/y' }, Buffer.of(0, 255))).toEqual({
      Body: Buffer.of(0, 255),
      ContentType: 'x/y',
    });
    expect(await read('/TextBody', {}, 'é')).toEqual({ Body: 'é' });
    expect(await read('/DocumentBody', {}, '[1,{"a":null}]')).toEqual({ Body: [1, { a: null }] });
    const stream = Readable.from([]);
    expect((await read('/StreamBody', { 'x-name': 'me' }, stream))['Body']).toBe(stream);
  });

  it('writes a response to every place that HTTP has', () => {
    const response = write('Everything', {
      Status: 202,
      Name: 'me\r\nx-evil: 1',
      Attributes: '{"a":1}',
      Texts: ['plain', 'with, comma', 'with "quotes"'],
      Times: [date, date],
      When: date,
      Seconds: date,
      Meta: { a: '1' },
      Inner: { Name: 'n', When: date },
    });
    expect(response).toEqual({
      status: 202,
      headers: {
        'content-type': 'application/json',
        'x-amzn-requestid': 'r-1',
        'x-name': 'me%0D%0Ax-evil: 1',
        'x-attributes': 'eyJhIjoxfQ==',
        'x-texts': 'plain, "with, comma", "with \\"quotes\\""',
        'x-times': `${httpDate}, ${httpDate}`,
        'x-when': httpDate,
        'x-seconds': String(date.getTime() / 1000),
        'x-meta-a': '1',
      },
      body: `{"Inner":{"name":"n","When":${date.getTime() / 1000}}}`,
    });
  });

  it('gives a whole body its type, unless the output says another', () => {
    const of = (name: string, output: Record<string, unknown>) => {
      const { headers, body: sent } = write(name, output);
      return [headers['content-type'], sent];
    };
    const stream = Readable.from([]);
    expect(of('InnerBody', { Body: { Name: 'n' } })).toEqual(['application/json', '{"name":"n"}']);
    expect(of('BytesBody', { Body: Buffer.of(1) })).toEqual(['application/octet-stream', Buffer.of(1)]);
    expect(of('BytesBody', { Body: Buffer.of(1), ContentType: 'audio/mpeg' })).toEqual(['audio/mpeg', Buffer.of(1)]);
    expect(of('TextBody', { Body: 'é' })).toEqual(['text/plain', 'é']);
    expect(of('DocumentBody', { Body: [1] })).toEqual(['application/json', '[1]']);
    expect(of('StreamBody', { Body: stream })).toEqual(['application/octet-stream', stream]);
  });

  it('sends no body where HTTP has none', () => {
    expect(write('Nothing', {})).toEqual({ status: 204, headers: { 'x-amzn-requestid': 'r-1' } });
    expect(write('InnerBody', { Body: {} }, 'HEAD').body).toBeUndefined();
  });

  it('writes an error with its type in a header and its members where the model has them', () => {
    const error = new ServiceError('SlowDown', 'later', 429, { After: 3, Until: date, Extra: 'x' });
    const { status, headers, body: sent } = protocol.writeError(api, error, context);
    expect([status, headers['x-amzn-errortype'], headers['retry-after']]).toEqual([429, 'SlowDown', '3']);
    expect(JSON.parse(sent as string)).toEqual({
      message: 'later',
      Message: 'later',
      Until: date.getTime() / 1000,
      Extra: 'x',
    });
  });
});
