import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { exampleServices } from '../example-services.fixture.js';
import type { HttpRequest } from '../http.js';
import { bucketOfHost } from './virtual-host.js';
import { createRecogniser, protocolForErrors } from './recognise.js';

const recognise = createRecogniser(exampleServices);
const scoped = (service: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=00`,
});
const form = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };

function request(line: string, headers: Record<string, string> = {}): HttpRequest {
  const [method = '', url = ''] = line.split(' ');
  const [rawPath = '', rawQuery = ''] = url.split('?', 2);
  return { method, rawPath, rawQuery, headers, body: Readable.from([]) };
}

async function meaning(line: string, headers: Record<string, string> = {}, body = '') {
  const { service, operation, protocol, labels } = await recognise(request(line, headers), () =>
    Promise.resolve(Buffer.from(body)),
  );
  return { is: `${service.api.name} ${operation.name} ${protocol.name}`, labels };
}

describe('recognise', () => {
  it('reads X-Amz-Target, also with a Java package in front', async () => {
    expect((await meaning('POST /', { 'x-amz-target': 'Comprehend_20171127.Detect' })).is).toBe(
      'comprehend Detect awsJson1_1',
    );
    expect((await meaning('POST /', { 'x-amz-target': 'com.amazonaws.Comprehend_20171127.Detect' })).is).toBe(
      'comprehend Detect awsJson1_1',
    );
  });

  it.each(['Comprehend_20171127.Nothing', 'Comprehend_20171127.constructor', 'Nobody.Detect', '__proto__', ''])(
    'refuses the target %j',
    async (target) => {
      await expect(meaning('POST /', { 'x-amz-target': target })).rejects.toMatchObject({
        code: 'UnknownOperationException',
        status: 400,
      });
    },
  );

  it('reads the action of a form and of a query', async () => {
    const detect = 'Action=Detect&Version=2011-06-15';
    expect((await meaning('POST /', { ...form, ...scoped('sts') }, detect)).is).toBe('sts Detect awsQuery');
    expect((await meaning(`GET /?${detect}`)).is).toBe('sts Detect awsQuery');
  });

  it('does not read the body of anything but a form', async () => {
    const unread = () => Promise.reject(new Error('the body was read'));
    const put = request('PUT /bucket/key', scoped('s3'));
    await expect(recognise(put, unread)).resolves.toMatchObject({ operation: { name: 'PutObject' } });
    const post = request('POST /bucket?delete', { ...form, ...scoped('s3') });
    await expect(recognise(post, unread)).resolves.toMatchObject({ operation: { name: 'DeleteObjects' } });
  });

  it('refuses an action that nobody has and a form without one', async () => {
    const headers = { ...form, ...scoped('sts') };
    await expect(meaning('POST /', headers, 'Action=Fly&Version=2011-06-15')).rejects.toMatchObject({
      code: 'InvalidAction',
      message: 'Could not find operation Fly for version 2011-06-15',
    });
    await expect(meaning('POST /', headers, 'Name=x')).rejects.toMatchObject({ code: 'MissingAction' });
  });

  it.each([
    ['GET /', 'ListBuckets', {}],
    ['GET /?x-id=ListDirectoryBuckets', 'ListDirectoryBuckets', {}],
    ['GET /b', 'ListObjects', { Bucket: 'b' }],
    ['GET /b/', 'ListObjects', { Bucket: 'b' }],
    ['GET /b?list-type=2&prefix=x', 'ListObjectsV2', { Bucket: 'b' }],
    ['GET /b?list-type=1', 'ListObjects', { Bucket: 'b' }],
    ['GET /b?location=', 'GetBucketLocation', { Bucket: 'b' }],
    ['GET /b/a%20b/c//d/', 'GetObject', { Bucket: 'b', Key: 'a b/c//d/' }],
    ['GET /b//x', 'GetObject', { Bucket: 'b', Key: '/x' }],
    ['GET /b/a+b%2B?x-id=Whatever', 'GetObject', { Bucket: 'b', Key: 'a+b+' }],
    ['PUT /b/k?partNumber=1', 'UploadPart', { Bucket: 'b', Key: 'k' }],
  ])('knows that S3 %s is %s', async (line, operation, labels) => {
    expect(await meaning(line, scoped('s3'))).toEqual({ is: `s3 ${operation} restXml`, labels });
  });

  it('tells CopyObject from PutObject by its header', async () => {
    const copy = await meaning('PUT /b/k?x-id=PutObject', { ...scoped('s3'), 'x-amz-copy-source': 'a/b' });
    expect(copy.is).toBe('s3 CopyObject restXml');
  });

  it('takes the bucket from the host', async () => {
    const headers = { ...scoped('s3'), host: 'photos.localhost:4566' };
    expect(await meaning('GET /a/b', headers)).toEqual({
      is: 's3 GetObject restXml',
      labels: { Bucket: 'photos', Key: 'a/b' },
    });
    expect((await meaning('GET /', headers)).labels).toEqual({ Bucket: 'photos' });
  });

  it('takes unsigned, presigned and version 2 requests without further hints for S3', async () => {
    expect((await meaning('GET /b/k')).is).toBe('s3 GetObject restXml');
    expect((await meaning('GET /b/k?AWSAccessKeyId=A&Signature=B&Expires=1')).is).toBe('s3 GetObject restXml');
    const credential = encodeURIComponent('AKIA/20260101/us-east-1/s3/aws4_request');
    expect((await meaning(`GET /b/k?X-Amz-Credential=${credential}`)).is).toBe('s3 GetObject restXml');
  });

  it('says which service it does not have', async () => {
    await expect(meaning('GET /x', scoped('dynamodb'))).rejects.toMatchObject({
      code: 'NotImplemented',
      status: 501,
      message: "Lantern does not serve 'dynamodb'",
    });
  });

  it('finds an operation of CBOR in its path, behind any prefix, for services whose model names JSON', async () => {
    const cbor = { 'smithy-protocol': 'rpc-v2-cbor' };
    const path = '/service/Comprehend_20171127/operation/Detect';
    expect((await meaning(`POST ${path}`, cbor)).is).toBe('comprehend Detect rpcv2Cbor');
    expect((await meaning(`POST /stage${path}`, cbor)).is).toBe('comprehend Detect rpcv2Cbor');
    for (const wrong of [`GET ${path}`, 'POST /service/X/operation/Detect', `POST ${path}s`, `POST ${path}/more`])
      await expect(meaning(wrong, cbor)).rejects.toMatchObject({ code: 'UnknownOperationException', status: 400 });
    await expect(meaning(`POST ${path}`, { 'smithy-protocol': 'rpc-v2-json' })).rejects.toMatchObject({
      code: 'UnknownOperationException',
    });
  });

  it('refuses methods and escapes that S3 refuses', async () => {
    await expect(meaning('PATCH /b/k', scoped('s3'))).rejects.toMatchObject({ code: 'MethodNotAllowed', status: 405 });
    await expect(meaning('GET /b/%zz', scoped('s3'))).rejects.toMatchObject({ code: 'InvalidURI', status: 400 });
    await expect(meaning('GET /b?a=%zz', scoped('s3'))).rejects.toMatchObject({ code: 'InvalidURI', status: 400 });
  });
});

describe('bucketOfHost', () => {
  const bases = ['localhost', 's3.localhost', 'lantern.example'];
  it.each([
    ['photos.localhost', 'photos'],
    ['my.photos.s3.localhost:4566', 'my.photos'],
    ['photos.s3.eu-west-1.lantern.example', 'photos'],
    ['s3.us-east-1.lantern.example', undefined],
    ['s3.localhost:4566', undefined],
    ['localhost:4566', undefined],
    ['127.0.0.1:4566', undefined],
    ['[::1]:4566', undefined],
    ['elsewhere.example', undefined],
    [undefined, undefined],
  ])('of %s is %s', (host, bucket) => {
    expect(bucketOfHost(host, bases)).toBe(bucket);
  });
});

describe('protocolForErrors', () => {
  it.each([
    ['POST /', { 'x-amz-target': 'A.B' }, 'awsJson1_1'],
    ['POST /', { 'content-type': 'application/x-amz-json-1.0' }, 'awsJson1_0'],
    ['POST /', form, 'awsQuery'],
    ['POST /', scoped('sts'), 'awsQuery'],
    ['GET /v1/voices', scoped('polly'), 'restJson1'],
    ['GET /b/k', {}, 'restXml'],
    ['GET /b/k', scoped('s3'), 'restXml'],
  ])('answers %s %j in %s', (line, headers, name) => {
    expect(protocolForErrors(request(line, headers)).name).toBe(name);
  });
});
