import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { ServiceError } from '../errors.js';
import { operationOf, queryApi, storageApi, textApi } from '../example-services.fixture.js';
import type { HttpRequest } from '../http.js';
import type { ProtocolName, ServiceApi } from '../schema.js';
import { protocols } from './index.js';
import type { Protocol } from './protocol.js';

const context = { requestId: 'r-1', method: 'POST' };

function named(name: ProtocolName): Protocol {
  const protocol = protocols.get(name);
  if (!protocol) throw new Error(`${name} is not spoken`);
  return protocol;
}

function request(headers: Record<string, string> = {}, rawQuery = ''): HttpRequest {
  return { method: 'POST', rawPath: '/', rawQuery, headers, body: Readable.from([]) };
}

function read(protocol: ProtocolName, api: ServiceApi, operation: string, body: string, query = '') {
  return named(protocol).readRequest(api, operationOf(api, operation), request({}, query), Buffer.from(body), {
    Bucket: 'b',
    Key: 'k',
  });
}

const json = (body: unknown) => read('awsJson1_1', textApi, 'Detect', JSON.stringify(body));

describe('awsJson', () => {
  it('reads every kind of value and ignores what it does not know', () => {
    const body = {
      Text: 'é',
      Count: 3,
      Score: 'Infinity',
      Big: 2 ** 40,
      Flag: false,
      Image: 'AQID',
      Time: 1.5,
      Keys: ['a', null, 'b'],
      Labels: { x: 'y', z: null },
      Tags: [{ Key: 'k', Value: null }],
      Unknown: {},
    };
    expect(json(body)).toEqual({
      Text: 'é',
      Count: 3,
      Score: Infinity,
      Big: 2 ** 40,
      Flag: false,
      Image: Buffer.from([1, 2, 3]),
      Time: new Date(1500),
      Keys: ['a', 'b'],
      Labels: { x: 'y' },
      Tags: [{ Key: 'k' }],
    });
  });

  it.each([
    [{ Text: 5 }, 'NUMBER_VALUE can not be converted to a String'],
    [{ Count: 'three' }, 'STRING_VALUE can not be converted to an Integer'],
    [{ Flag: 'true' }, 'STRING_VALUE can not be converted to a Boolean'],
    [{ Text: true }, 'TRUE_VALUE can not be converted to a String'],
    [{ Keys: 'a' }, 'Expected list or null'],
    [{ Labels: [] }, 'Expected map or null'],
  ])('refuses %j in the words of AWS', (body, message) => {
    expect(() => json(body)).toThrow(expect.objectContaining({ code: 'SerializationException', status: 400, message }));
  });

  it('takes __proto__ for a key like any other', () => {
    const body = '{"__proto__":{"Text":"x"},"Labels":{"__proto__":"y","a":"b"}}';
    const input = read('awsJson1_1', textApi, 'Detect', body);
    expect(Object.keys(input['Labels'] as object)).toEqual(['__proto__', 'a']);
    expect(input['Text']).toBeUndefined();
    expect(({} as Record<string, unknown>)['Text']).toBeUndefined();
  });

  it('refuses deep nesting and survives deeper', () => {
    const nest = (depth: number) => `{"Tree":${'{"Left":'.repeat(depth)}{}${'}'.repeat(depth + 1)}`;
    expect(() => read('awsJson1_1', textApi, 'Detect', nest(1000))).toThrow(ServiceError);
    expect(() => read('awsJson1_1', textApi, 'Detect', nest(200_000))).toThrow(ServiceError);
  });

  it('writes times as seconds, blobs as base64, odd numbers as strings', () => {
    const output = { Time: new Date(1500), Image: Buffer.from([1, 2, 3]), Score: NaN, Text: 'é', Flag: undefined };
    const response = named('awsJson1_1').writeResponse(textApi, operationOf(textApi, 'Detect'), output, context);
    expect(response.headers['content-type']).toBe('application/x-amz-json-1.1');
    expect(JSON.parse(response.body as string)).toEqual({ Time: 1.5, Image: 'AQID', Score: 'NaN', Text: 'é' });
  });

  it('writes an error with its type in the body and in a header', () => {
    const response = named('awsJson1_0').writeError(
      textApi,
      new ServiceError('Oops', 'why', 400, { Extra: 1 }),
      context,
    );
    expect(response.status).toBe(400);
    expect(response.headers['x-amzn-errortype']).toBe('Oops');
    expect(JSON.parse(response.body as string)).toEqual({ __type: 'Oops', message: 'why', Extra: 1 });
  });
});

describe('awsQuery', () => {
  it('reads lists, flattened lists, maps and structures', () => {
    const form =
      'Action=Detect&Name=a%20b+c&Count=7&Flag=true&Time=2026-01-02T03%3A04%3A05Z&Tags.member.2.Key=b&Tags.member.1.Key=a' +
      '&FlatKey.1=x&FlatKey.10=z&FlatKey.9=y&Labels.entry.1.key=k&Labels.entry.1.value=v&Tree.Left.Name=deep';
    expect(read('awsQuery', queryApi, 'Detect', form)).toEqual({
      Name: 'a b c',
      Count: 7,
      Flag: true,
      Time: new Date('2026-01-02T03:04:05Z'),
      Tags: [{ Key: 'a' }, { Key: 'b' }],
      Flat: ['x', 'y', 'z'],
      Labels: { k: 'v' },
      Tree: { Left: { Name: 'deep' } },
    });
  });

  it('writes a result in its namespace, escaped', () => {
    const output = { Name: '<&>', Tags: [{ Key: 'a' }], Labels: { k: 'v' } };
    const { body } = named('awsQuery').writeResponse(queryApi, operationOf(queryApi, 'Detect'), output, context);
    expect(body).toBe(
      '<DetectResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><DetectResult><Name>&lt;&amp;&gt;</Name>' +
        '<Tags><member><Key>a</Key></member></Tags><Labels><entry><key>k</key><value>v</value></entry></Labels>' +
        '</DetectResult><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></DetectResponse>',
    );
  });

  it("writes an error under the query protocol's own code", () => {
    const { body, status } = named('awsQuery').writeError(queryApi, new ServiceError('Rejected', 'a<b', 403), context);
    expect(status).toBe(403);
    expect(body).toContain(
      '<Error><Type>Sender</Type><Code>IDPRejectedClaim</Code><Message>a&lt;b</Message></Error><RequestId>r-1</RequestId>',
    );
  });
});

describe('restXml', () => {
  it('reads labels, headers, prefix headers and the stream', () => {
    const headers = {
      'x-amz-meta-colour': 'red',
      'x-amz-storage-class': 'GLACIER',
      expires: 'Fri, 02 Jan 2026 03:04:05 GMT',
    };
    const body = Readable.from(['x']);
    const put = operationOf(storageApi, 'PutObject');
    expect(named('restXml').readRequest(storageApi, put, request(headers), body, { Bucket: 'b', Key: 'k' })).toEqual({
      Bucket: 'b',
      Key: 'k',
      StorageClass: 'GLACIER',
      Expires: new Date('2026-01-02T03:04:05Z'),
      Metadata: { colour: 'red' },
      Body: body,
    });
  });

  it('reads an XML body with a namespace, entities and white space in text', () => {
    const body =
      '<?xml version="1.0"?><!-- c --><Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Object><Key> a&amp;&#x62; </Key>' +
      '</Object>\n<Object><Key><![CDATA[<&]]></Key><Size>12</Size></Object><Quiet>true</Quiet></Delete>';
    expect(read('restXml', storageApi, 'DeleteObjects', body)).toEqual({
      Bucket: 'b',
      Delete: { Objects: [{ Key: ' a&b ' }, { Key: '<&', Size: 12 }], Quiet: true },
    });
  });

  it.each([
    '<!DOCTYPE x [<!ENTITY a "b">]><Delete><Object><Key>&a;</Key></Object></Delete>',
    '<Delete><Object><Key>&unknown;</Key></Object></Delete>',
    '<Delete><Object></Delete></Object>',
    '<Delete>',
    '<Delete/><Delete/>',
    'text',
    '<a>'.repeat(1000),
    '<Delete><Object><Key>&#0;</Key></Object></Delete>',
    '<Delete><Object><Key>a</Key><Size>many</Size></Object></Delete>',
  ])('refuses %.60s', (body) => {
    expect(() => read('restXml', storageApi, 'DeleteObjects', body)).toThrow(
      expect.objectContaining({ code: 'MalformedXML', status: 400 }),
    );
  });

  it('writes a document with flattened lists, and control characters escaped', () => {
    const output = { IsTruncated: false, Contents: [{ Key: 'a\r\n', Size: 1 }, { Key: 'b' }], Updated: new Date(0) };
    const { body, headers } = named('restXml').writeResponse(
      storageApi,
      operationOf(storageApi, 'ListObjects'),
      output,
      context,
    );
    expect(headers['content-type']).toBe('application/xml');
    expect(body).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
        '<IsTruncated>false</IsTruncated><Contents><Key>a&#xD;&#xA;</Key><Size>1</Size></Contents><Contents><Key>b</Key>' +
        '</Contents><Updated>1970-01-01T00:00:00.000Z</Updated></ListBucketResult>',
    );
  });

  it("writes GetBucketLocation's single member as the document", () => {
    const location = operationOf(storageApi, 'GetBucketLocation');
    const { body } = named('restXml').writeResponse(storageApi, location, { LocationConstraint: 'eu-west-1' }, context);
    expect(body).toContain(
      '<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">eu-west-1</LocationConstraint>',
    );
  });

  it('answers a range with 206 and streams the body', () => {
    const output = {
      Body: Readable.from(['x']),
      ContentRange: 'bytes 0-0/9',
      LastModified: new Date(0),
      Metadata: { a: 'b' },
    };
    const response = named('restXml').writeResponse(storageApi, operationOf(storageApi, 'GetObject'), output, context);
    expect(response.status).toBe(206);
    expect(response.body).toBe(output.Body);
    expect(response.headers).toMatchObject({
      'content-range': 'bytes 0-0/9',
      'last-modified': 'Thu, 01 Jan 1970 00:00:00 GMT',
      'x-amz-meta-a': 'b',
    });
  });

  it('lets no value split a header', () => {
    const output = { Metadata: { a: 'x\r\nset-cookie: y', b: 'ü€\ud800' } };
    const { headers } = named('restXml').writeResponse(
      storageApi,
      operationOf(storageApi, 'GetObject'),
      output,
      context,
    );
    for (const value of Object.values(headers)) expect(value).toMatch(/^[\t\x20-\x7e\x80-\xff]*$/);
  });

  it('has no body in errors to HEAD, nor with 304', () => {
    const error = new ServiceError('NoSuchKey', 'x', 404);
    expect(named('restXml').writeError(storageApi, error, { ...context, method: 'HEAD' }).body).toBeUndefined();
    expect(
      named('restXml').writeError(storageApi, new ServiceError('NotModified', '', 304), context).body,
    ).toBeUndefined();
    expect(named('restXml').writeError(storageApi, error, { ...context, resource: '/b/<k>' }).body).toContain(
      '<Error><Code>NoSuchKey</Code><Message>x</Message><Resource>/b/&lt;k&gt;</Resource><RequestId>r-1</RequestId></Error>',
    );
  });
});
