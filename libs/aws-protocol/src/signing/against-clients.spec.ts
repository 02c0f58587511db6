import { createHash, createHmac, randomBytes } from 'node:crypto';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { authenticate } from './authenticate.js';
import { credentialsOf, optionsFor, refusal, requestOf, S3_KEYS } from './signing.fixture.js';
import { verifyBody } from './verified-body.js';

/** The digests that `@smithy/signature-v4` asks for. */
class Sha256 {
  private readonly state;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.state = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.state.update(bytesOf(data));
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.state.digest());
  }
  reset(): void {
    throw new Error('signers make a new digest each time');
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data);
}

const TIME = '2026-03-01T09:30:00Z';
const signer = (service: string, token?: string) =>
  new SignatureV4({
    credentials: { ...S3_KEYS, ...(token === undefined ? {} : { sessionToken: token }) },
    region: 'eu-central-1',
    service,
    sha256: Sha256,
    uriEscapePath: service !== 's3',
  });

/** Path segments and query texts with everything that was ever encoded wrongly. */
const text = fc.string({ unit: fc.constantFrom(...'abAZ09-._~ !*\'()+%/?#&=;:@$,[]{}|\\"<>^`üé日😀') });
const segment = text.filter((name) => name !== '.' && name !== '..' && !name.includes('/') && name !== '');
const encoded = (name: string) =>
  encodeURIComponent(name).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
const headerName = fc.stringMatching(/^x-(?:amz-meta|own)-[a-z0-9]{1,8}$/);
const headerValue = fc.string({ unit: fc.constantFrom(...'ab CD09-;=",ü\t') }).map((value) => value.trim());

const call = fc.record({
  method: fc.constantFrom('GET', 'PUT', 'POST', 'DELETE'),
  segments: fc.array(segment, { maxLength: 4 }),
  query: fc.dictionary(
    text.filter((name) => name !== ''),
    fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 3 })),
    { maxKeys: 4 },
  ),
  headers: fc.dictionary(headerName, headerValue, { maxKeys: 4 }),
  body: fc.uint8Array({ maxLength: 64 }),
  token: fc.option(fc.stringMatching(/^[A-Za-z0-9+/=]{4,40}$/), { nil: undefined }),
});
type Call = typeof call extends fc.Arbitrary<infer Value> ? Value : never;

async function signed(service: string, { method, segments, query, headers, body, token }: Call) {
  const path = `/${segments.map(encoded).join('/')}`;
  const request = await signer(service, token).sign(
    {
      method,
      protocol: 'http:',
      hostname: '127.0.0.1',
      path,
      query,
      headers: { host: '127.0.0.1:4566', 'content-length': String(body.length), ...headers },
      body,
    },
    { signingDate: new Date(TIME) },
  );
  const rawQuery = Object.entries(query)
    .flatMap(([name, value]) => [value].flat().map((one) => `${encoded(name)}=${encoded(one)}`))
    .join('&');
  const lowered = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return {
    request: requestOf(method, rawQuery === '' ? path : `${path}?${rawQuery}`, lowered, body),
    options: optionsFor(credentialsOf(S3_KEYS, token === undefined ? {} : { sessionToken: token }), TIME, {
      errorStyle: service === 's3' ? 's3' : 'other',
    }),
    body: Buffer.from(body),
  };
}

describe('requests signed by the AWS SDK for JavaScript', () => {
  it.each(['s3', 'comprehend'])('are accepted for %s whatever path, query, headers and body', async (service) => {
    await fc.assert(
      fc.asyncProperty(call, async (made) => {
        const { request, options, body } = await signed(service, made);
        const authentication = await authenticate(request, options);
        expect(verifyBody(body, request, authentication)).toEqual(body);
      }),
      { numRuns: 300 },
    );
  });

  it('are accepted without the hash header too, once the body is known', async () => {
    const body = randomBytes(50);
    const unhashed = new SignatureV4({
      credentials: S3_KEYS,
      region: 'eu-central-1',
      service: 'sqs',
      sha256: Sha256,
      applyChecksum: false,
    });
    const { headers } = await unhashed.sign(
      {
        method: 'POST',
        protocol: 'http:',
        hostname: 'x',
        path: '/',
        query: {},
        headers: { host: 'x', 'content-length': '50' },
        body,
      },
      { signingDate: new Date(TIME) },
    );
    expect(headers).not.toHaveProperty('x-amz-content-sha256');
    const request = requestOf('POST', '/', headers, body);
    const authentication = await authenticate(request, optionsFor(credentialsOf(S3_KEYS), TIME));
    expect(verifyBody(body, request, authentication)).toBe(body);
    const error = await refusal(() => verifyBody(Buffer.alloc(50), request, authentication));
    expect(error.code).toBe('InvalidSignatureException');
  });

  it('are refused after any change of method, path, query, signed header or body', async () => {
    const made = {
      method: 'PUT' as const,
      segments: ['bucket', 'a b'],
      query: { uploads: 'x' },
      headers: { 'x-amz-meta-own': 'value' },
      body: Buffer.from('body'),
      token: 'abcd',
    };
    const { request, options, body } = await signed('s3', made);
    const changed = (change: Partial<typeof request>) => authenticate({ ...request, ...change }, options);
    await authenticate(request, options);
    const changes = [
      { method: 'POST' },
      { rawPath: '/bucket/a%20c' },
      { rawQuery: 'uploads=y' },
      { rawQuery: '' },
      { headers: { ...request.headers, 'x-amz-meta-own': 'other' } },
      { headers: { ...request.headers, host: '127.0.0.1:4567' } },
    ];
    for (const change of changes) {
      expect(await refusal(() => changed(change))).toMatchObject({ code: 'SignatureDoesNotMatch', status: 403 });
    }
    const authentication = await authenticate(request, options);
    expect((await refusal(() => verifyBody(Buffer.from('bodY'), request, authentication))).code).toBe(
      'XAmzContentSHA256Mismatch',
    );
    expect(verifyBody(body, request, authentication)).toEqual(body);
  });
});

describe('presigned URLs of the AWS SDK for JavaScript', () => {
  const s3 = new S3Client({
    region: 'eu-central-1',
    endpoint: 'http://127.0.0.1:4566',
    forcePathStyle: true,
    credentials: S3_KEYS,
  });
  const options = optionsFor(credentialsOf(S3_KEYS), TIME, { errorStyle: 's3' });
  const presign = async (Key: string, expiresIn = 60, method: 'GET' | 'PUT' = 'GET') => {
    const command =
      method === 'GET' ? new GetObjectCommand({ Bucket: 'b', Key }) : new PutObjectCommand({ Bucket: 'b', Key });
    const { pathname, search, host } = new URL(
      await getSignedUrl(s3, command, { expiresIn, signingDate: new Date(TIME) }),
    );
    return requestOf(method, pathname + search, { host });
  };
  const at = (time: string) => ({ ...options, now: () => Date.parse(time) });

  it('are accepted for keys of every kind', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(segment, { minLength: 1, maxLength: 3 }),
        fc.constantFrom('GET' as const, 'PUT' as const),
        async (key, method) => {
          const request = await presign(key.join('/'), 60, method);
          expect((await authenticate(request, options)).kind).toBe('presigned');
        },
      ),
      { numRuns: 100 },
    );
  });

  it('live as long as they say, up to seven days', async () => {
    const hour = await presign('k', 3_600);
    expect((await authenticate(hour, at('2026-03-01T10:30:00Z'))).kind).toBe('presigned');
    expect(await refusal(() => authenticate(hour, at('2026-03-01T10:30:01Z')))).toMatchObject({
      code: 'AccessDenied',
      message: 'Request has expired',
      members: { 'X-Amz-Expires': 3_600, Expires: '2026-03-01T10:30:00Z', ServerTime: '2026-03-01T10:30:01Z' },
    });
    const week = await presign('k', 604_800);
    expect((await authenticate(week, at('2026-03-08T09:30:00Z'))).kind).toBe('presigned');
    const longer = { ...week, rawQuery: week.rawQuery.replace('=604800', '=604801') };
    expect((await refusal(() => authenticate(longer, options))).code).toBe('AuthorizationQueryParametersError');
  });

  it('are not valid before their time, give or take the skew', async () => {
    const request = await presign('k');
    expect((await authenticate(request, at('2026-03-01T09:15:00Z'))).kind).toBe('presigned');
    const error = await refusal(() => authenticate(request, at('2026-03-01T09:14:59Z')));
    expect(error).toMatchObject({ code: 'AccessDenied', message: 'Request is not valid yet' });
  });

  it('are refused with a header that was not signed', async () => {
    const request = await presign('k', 60, 'PUT');
    const headers = { ...request.headers, 'x-amz-acl': 'public-read' };
    expect(await refusal(() => authenticate({ ...request, headers }, options))).toMatchObject({
      code: 'AccessDenied',
      members: { HeadersNotSigned: 'x-amz-acl' },
    });
  });

  it('may sign :authority and be fetched with host', async () => {
    const polly = await signer('polly').presign(
      {
        method: 'GET',
        protocol: 'http:',
        hostname: '127.0.0.1',
        path: '/v1/speech',
        query: { Text: 'a b' },
        headers: { ':authority': 'h:1' },
      },
      { signingDate: new Date(TIME), expiresIn: 60 },
    );
    const rawQuery = Object.entries(polly.query ?? {})
      .flatMap(([name, value]) => (typeof value === 'string' ? [`${encoded(name)}=${encoded(value)}`] : []))
      .join('&');
    expect(rawQuery).toContain('X-Amz-SignedHeaders=%3Aauthority');
    const request = requestOf('GET', `/v1/speech?${rawQuery}`, { host: 'h:1' });
    const authentication = await authenticate(request, optionsFor(credentialsOf(S3_KEYS), TIME));
    expect(authentication).toMatchObject({ kind: 'presigned', service: 'polly' });
    expect(verifyBody(Buffer.alloc(0), request, authentication)).toHaveLength(0);
    const error = await refusal(() => verifyBody(Buffer.from('smuggled'), request, authentication));
    expect(error.code).toBe('InvalidSignatureException');
  });
});
