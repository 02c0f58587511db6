import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ServiceError } from '../errors.js';
import { authenticate } from './authenticate.js';
import { credentialsOf, optionsFor, refusal, requestOf, S3_KEYS, SUITE_KEYS } from './signing.fixture.js';
import { readVerifiedBody, verifyBody } from './verified-body.js';

/**
 * Signatures published by AWS: the Signature Version 4 test suite (service `service`, 30 August 2015) and the examples of
 * the S3 documentation (24 May 2013), https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html.
 */
const suiteOptions = optionsFor(credentialsOf(SUITE_KEYS), '2015-08-30T12:36:00Z');
const s3Options = optionsFor(credentialsOf(S3_KEYS), '2013-05-24T00:00:00Z', { errorStyle: 's3' });
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

const suiteAuthorization = (signedHeaders: string, signature: string, service = 'service') =>
  `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/${service}/aws4_request, SignedHeaders=${signedHeaders}, Signature=${signature}`;
const HOST = { host: 'example.amazonaws.com', 'x-amz-date': '20150830T123600Z' };
const UTF8_PATH = Buffer.from('/ሴ').toString('latin1');

describe('the Signature Version 4 test suite', () => {
  it.each([
    ['get-vanilla', 'GET', '/', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
    ['post-vanilla', 'POST', '/', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
    [
      'get-vanilla-query-order-key-case',
      'GET',
      '/?Param2=value2&Param1=value1',
      'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
    ],
    ['get-utf8', 'GET', UTF8_PATH, '8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85'],
    ['get-slash', 'GET', '//', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
    ['get-relative', 'GET', '/example/..', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
    ['get-slashes', 'GET', '//example//', '9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84'],
    ['get-space', 'GET', '/example space/', '652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741'],
    [
      'get-unreserved',
      'GET',
      '/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
      '07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f',
    ],
  ])('%s', async (_name, method, target, signature) => {
    const request = requestOf(method, target, {
      ...HOST,
      authorization: suiteAuthorization('host;x-amz-date', signature),
    });
    const authentication = await authenticate(request, suiteOptions);
    expect(verifyBody(Buffer.alloc(0), request, authentication)).toHaveLength(0);
    expect(authentication).toMatchObject({ kind: 'header', region: 'us-east-1', service: 'service' });
  });

  it.each([
    [
      'get-header-key-duplicate',
      { 'my-header1': 'value2, value2, value1' },
      'c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea',
    ],
    [
      'get-header-value-order',
      { 'my-header1': 'value4, value1, value3, value2' },
      '08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01',
    ],
    [
      'get-header-value-trim',
      { 'my-header1': 'value1', 'my-header2': '"a   b   c"' },
      'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736',
    ],
  ])('%s', async (_name, headers, signature) => {
    const names = ['host', ...Object.keys(headers), 'x-amz-date'].join(';');
    const request = requestOf('GET', '/', { ...HOST, ...headers, authorization: suiteAuthorization(names, signature) });
    expect((await authenticate(request, suiteOptions)).kind).toBe('header');
  });

  it('post-x-www-form-urlencoded, whose body’s hash is signed but not sent', async () => {
    const request = requestOf('POST', '/', {
      ...HOST,
      'content-type': 'application/x-www-form-urlencoded',
      authorization: suiteAuthorization(
        'content-type;host;x-amz-date',
        'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
      ),
    });
    const authentication = await authenticate(request, suiteOptions);
    expect(verifyBody(Buffer.from('Param1=value1'), request, authentication).toString()).toBe('Param1=value1');
    const error = await refusal(() => verifyBody(Buffer.from('Param1=value2'), request, authentication));
    expect(error.code).toBe('InvalidSignatureException');
  });

  it('the ListUsers example of the guide', async () => {
    const request = requestOf('GET', '/?Action=ListUsers&Version=2010-05-08', {
      host: 'iam.amazonaws.com',
      'x-amz-date': '20150830T123600Z',
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      authorization: suiteAuthorization(
        'content-type;host;x-amz-date',
        '5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
        'iam',
      ),
    });
    expect((await authenticate(request, suiteOptions)).service).toBe('iam');
  });
});

const s3Authorization = (signedHeaders: string, signature: string) =>
  `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=${signedHeaders},Signature=${signature}`;

describe('the examples of S3’s documentation', () => {
  const host = 'examplebucket.s3.amazonaws.com';
  const base = { host, 'x-amz-date': '20130524T000000Z', 'x-amz-content-sha256': EMPTY };

  it.each([
    [
      'GET object',
      'GET',
      '/test.txt',
      { range: 'bytes=0-9' },
      'host;range;x-amz-content-sha256;x-amz-date',
      'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    ],
    [
      'GET bucket lifecycle',
      'GET',
      '/?lifecycle',
      {},
      'host;x-amz-content-sha256;x-amz-date',
      'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
    ],
    [
      'list objects',
      'GET',
      '/?max-keys=2&prefix=J',
      {},
      'host;x-amz-content-sha256;x-amz-date',
      '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
    ],
  ])('%s', async (_name, method, target, more, signed, signature) => {
    const headers = { ...base, ...more, authorization: s3Authorization(signed, signature) };
    const request = requestOf(method, target, headers);
    expect((await authenticate(request, s3Options)).service).toBe('s3');
  });

  it('PUT object, and not with another body', async () => {
    const request = requestOf('PUT', '/test%24file.text', {
      host,
      date: 'Fri, 24 May 2013 00:00:00 GMT',
      'x-amz-date': '20130524T000000Z',
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
      'x-amz-content-sha256': '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
      authorization: s3Authorization(
        'date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class',
        '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
      ),
    });
    const authentication = await authenticate(request, s3Options);
    expect(verifyBody(Buffer.from('Welcome to Amazon S3.'), request, authentication).toString()).toMatch(/^Welcome/);
    const error = await refusal(() => verifyBody(Buffer.from('Welcome to Amazon S4.'), request, authentication));
    expect(error).toMatchObject({ code: 'XAmzContentSHA256Mismatch', status: 400 });
  });

  it('presigned GET', async () => {
    const signature = 'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404';
    const request = requestOf(
      'GET',
      '/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request' +
        `&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=${signature}`,
      { host },
    );
    expect((await authenticate(request, s3Options)).kind).toBe('presigned');
  });

  it('presigned GET by Signature Version 2', async () => {
    const request = requestOf(
      'GET',
      '/photos/puppy.jpg?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D&Expires=1175139620',
      { host: 'johnsmith.s3.amazonaws.com' },
    );
    const options = optionsFor(credentialsOf(S3_KEYS), '2007-03-29T03:40:00Z', {
      errorStyle: 's3',
      hostBucket: 'johnsmith',
    });
    expect(await authenticate(request, options)).toMatchObject({ kind: 'presigned-v2', service: 's3' });
    const late = { ...options, now: () => 1_175_139_621_000 };
    expect(await refusal(() => authenticate(request, late))).toMatchObject({ code: 'AccessDenied', status: 403 });
    const elsewhere = { ...options, hostBucket: 'janesmith' };
    expect((await refusal(() => authenticate(request, elsewhere))).code).toBe('SignatureDoesNotMatch');
  });
});

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html and sigv4-streaming-trailers.html */
describe('the chunked upload examples of S3’s documentation', () => {
  const chunk = (size: number, signature: string) =>
    `${size.toString(16)};chunk-signature=${signature}\r\n${'a'.repeat(size)}${size > 0 ? '\r\n' : ''}`;
  const signedChunks =
    chunk(65_536, 'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648') +
    chunk(1_024, '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497') +
    chunk(0, 'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9') +
    '\r\n';
  const trailerChunks =
    chunk(65_536, 'b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2') +
    chunk(1_024, '1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7') +
    chunk(0, '2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992') +
    'x-amz-checksum-crc32c:sOO8/Q==\r\n' +
    'x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n';
  const base = {
    host: 's3.amazonaws.com',
    'x-amz-date': '20130524T000000Z',
    'x-amz-storage-class': 'REDUCED_REDUNDANCY',
    'content-encoding': 'aws-chunked',
    'x-amz-decoded-content-length': '66560',
  };
  const signed = {
    ...base,
    'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
    'content-length': '66824',
    authorization: s3Authorization(
      'content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class',
      '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
    ),
  };
  const withTrailer = {
    ...base,
    'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
    'x-amz-trailer': 'x-amz-checksum-crc32c',
    authorization: s3Authorization(
      'content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class;x-amz-trailer',
      '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e',
    ),
  };
  const read = async (headers: Record<string, string>, body: string) => {
    const request = requestOf('PUT', '/examplebucket/chunkObject.txt', headers, body);
    return readVerifiedBody(request, await authenticate(request, s3Options), 1_000_000);
  };

  it.each([
    ['seed and three chunks', signed, signedChunks],
    ['seed, three chunks and a signed trailer', withTrailer, trailerChunks],
  ])('accepts %s', async (_name, headers, body) => {
    expect((await read(headers, body)).equals(Buffer.alloc(66_560, 'a'))).toBe(true);
  });

  it.each([
    ['a byte of data', signed, signedChunks.replace('aaa', 'aba'), 'SignatureDoesNotMatch'],
    ['the last chunk’s signature', signed, signedChunks.replace('b6c6ea8a', 'b6c6ea8b'), 'SignatureDoesNotMatch'],
    ['the trailer’s signature', withTrailer, trailerChunks.replace('d81f82', 'd81f83'), 'SignatureDoesNotMatch'],
    ['the trailing checksum', withTrailer, trailerChunks.replace('sOO8/Q==', 'sOO9/Q=='), 'SignatureDoesNotMatch'],
    ['a missing last chunk', signed, signedChunks.slice(0, -90), 'IncompleteBody'],
    ['a missing trailer', withTrailer, trailerChunks.replace(/x-amz-checksum.*\r\n/, ''), 'MalformedTrailerError'],
  ])('refuses a change of %s', async (_name, headers, body, code) => {
    expect((await refusal(() => read(headers, body))).code).toBe(code);
  });

  it('refuses every mutation of framing or signatures with a ServiceError', async () => {
    const pattern = /[0-9a-f]+;chunk-signature=[0-9a-f]{64}|x-amz-[a-z0-9-]+:\S+/g;
    const frames = [...trailerChunks.matchAll(pattern)].map(({ 0: { length }, index }) => ({ index, length }));
    expect(frames).toHaveLength(5);
    const mutation = fc.record({
      frame: fc.constantFrom(...frames),
      offset: fc.nat(90),
      drop: fc.nat(3),
      insert: fc.string({ unit: fc.constantFrom(...'0aF;:=\r\n \0-'), maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(mutation, async ({ frame, offset, drop, insert }) => {
        const at = frame.index + Math.min(offset, frame.length - 1);
        const body = trailerChunks.slice(0, at) + insert + trailerChunks.slice(at + drop);
        fc.pre(body !== trailerChunks);
        // Blanks around a trailer's value, leading zeros and upper-case digits of a size say the same.
        const same = await read(withTrailer, body).catch((error: unknown) => error);
        if (Buffer.isBuffer(same)) expect(same.equals(Buffer.alloc(66_560, 'a'))).toBe(true);
        else expect(same).toBeInstanceOf(ServiceError);
      }),
      { numRuns: 300 },
    );
  });
});
