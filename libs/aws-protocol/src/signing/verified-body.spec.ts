import { createHash, randomBytes } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ServiceError } from '../errors.js';
import { authenticate } from './authenticate.js';
import { credentialsOf, optionsFor, refusal, requestOf, S3_KEYS } from './signing.fixture.js';
import { openVerifiedBody, readVerifiedBody, verifiedDigests } from './verified-body.js';

const options = optionsFor(credentialsOf(S3_KEYS), '2026-03-01T09:30:00Z', { errorStyle: 's3' });
const bearer = { authorization: 'Bearer lk_secret' };
const LIMIT_BYTES = 100_000;
const CHECK = '123456789';

/** Reads by both ways, which must agree, and gives the text and the verified digests. */
async function read(headers: Record<string, string>, body: string | Buffer, method = 'PUT', target = '/b/k') {
  const all = { ...bearer, ...headers };
  const made = () => requestOf(method, target, all, body);
  const stream = openVerifiedBody(made(), await authenticate(made(), options));
  const streamed = await buffer(stream).catch((error: unknown) => error);
  try {
    const whole = await readVerifiedBody(made(), await authenticate(made(), options), LIMIT_BYTES);
    expect(streamed).toEqual(whole);
    return { text: whole.toString(), digests: verifiedDigests(stream) };
  } catch (error) {
    expect(streamed).toMatchObject({ code: error instanceof ServiceError ? error.code : 'not a ServiceError' });
    throw error;
  }
}

const base64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64');
const shaOf = (name: string) => createHash(name).update(CHECK).digest('base64');

describe('digests in headers', () => {
  const digests: [string, string][] = [
    ['x-amz-checksum-crc32', base64('cbf43926')],
    ['x-amz-checksum-crc32c', base64('e3069283')],
    ['x-amz-checksum-crc64nvme', base64('ae8b14860a799888')],
    ['x-amz-checksum-sha1', shaOf('sha1')],
    ['x-amz-checksum-sha256', shaOf('sha256')],
    ['content-md5', shaOf('md5')],
  ];

  it.each(digests)('%s that fits is accepted and reported', async (header, value) => {
    expect(await read({ [header]: value }, CHECK)).toEqual({ text: CHECK, digests: { [header]: value } });
  });

  it.each(digests)('%s that does not fit is a bad digest', async (header, value) => {
    expect(await refusal(() => read({ [header]: value }, '123456780'))).toMatchObject({
      code: 'BadDigest',
      status: 400,
    });
  });

  it.each([
    ['x-amz-checksum-crc32', 'AAAAAAA=', 'InvalidRequest', 'Value for x-amz-checksum-crc32 header is invalid.'],
    ['x-amz-checksum-crc32', 'y/Q5J', 'InvalidRequest', 'Value for x-amz-checksum-crc32 header is invalid.'],
    ['content-md5', 'nonsense', 'InvalidDigest', 'The Content-MD5 you specified was invalid.'],
  ])('%s: %s is no digest', async (header, value, code, message) => {
    expect(await refusal(() => read({ [header]: value }, CHECK))).toMatchObject({ code, message });
  });

  it('refuses two checksums, and algorithms it does not have', async () => {
    const two = { 'x-amz-checksum-crc32': base64('cbf43926'), 'x-amz-checksum-crc32c': base64('e3069283') };
    expect((await refusal(() => read(two, CHECK))).message).toMatch(/^Expecting a single x-amz-checksum- header/);
    const unknown = { 'x-amz-checksum-xxhash64': 'AAAAAAAAAAA=' };
    expect((await refusal(() => read(unknown, CHECK))).message).toMatch(/^Checksum algorithm provided is unsupported/);
  });

  it('takes a checksum on CompleteMultipartUpload for the object’s', async () => {
    const headers = { 'x-amz-checksum-crc32': 'AAAAAA==', 'x-amz-checksum-type': 'FULL_OBJECT' };
    expect((await read(headers, '<x/>', 'POST', '/b/k?uploadId=1')).text).toBe('<x/>');
    expect((await refusal(() => read(headers, '<x/>', 'POST', '/b/k?uploads'))).code).toBe('BadDigest');
  });
});

const trailerHead = (decoded: number): Record<string, string> => ({
  'content-encoding': 'aws-chunked',
  'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  'x-amz-decoded-content-length': String(decoded),
  'x-amz-trailer': 'x-amz-checksum-crc32',
});
const framed = (text: string, trailer = `x-amz-checksum-crc32:${base64('cbf43926')}\r\n`) =>
  `${text.length.toString(16)}\r\n${text}\r\n0\r\n${trailer}\r\n`;

describe('aws-chunked bodies', () => {
  it('are decoded and checked against their trailer', async () => {
    const expected = { text: CHECK, digests: { 'x-amz-checksum-crc32': base64('cbf43926') } };
    expect(await read(trailerHead(9), framed(CHECK))).toEqual(expected);
  });

  it('may hold nothing', async () => {
    const empty = '0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n';
    expect((await read(trailerHead(0), empty)).text).toBe('');
  });

  it.each<[string, Record<string, string>, string, string]>([
    ['a wrong trailing checksum', trailerHead(9), framed('123456780'), 'BadDigest'],
    [
      'a trailer that was not announced',
      trailerHead(9),
      framed(CHECK, 'x-amz-checksum-sha1:AAAA\r\n'),
      'MalformedTrailerError',
    ],
    ['no trailer', trailerHead(9), framed(CHECK, ''), 'MalformedTrailerError'],
    ['more than was announced', trailerHead(8), framed(CHECK), 'IncompleteBody'],
    ['less than was announced', trailerHead(10), framed(CHECK), 'IncompleteBody'],
    ['bytes after the end', trailerHead(9), `${framed(CHECK)}0`, 'MalformedTrailerError'],
    ['a size that is no number', trailerHead(9), framed(CHECK).replace('9\r\n', 'zz\r\n'), 'IncompleteBody'],
    ['bare line feeds', trailerHead(9), framed(CHECK).replaceAll('\r\n', '\n'), 'IncompleteBody'],
    [
      'a chunk that does not end where it says',
      trailerHead(9),
      framed(CHECK).replace('9\r\n', '8\r\n'),
      'IncompleteBody',
    ],
    ['an endless chunk line', trailerHead(9), '0'.repeat(50_000), 'IncompleteBody'],
    ['a small chunk before the last', trailerHead(9), '4\r\n1234\r\n5\r\n56789\r\n0\r\n\r\n', 'InvalidChunkSizeError'],
    ['no decoded length', { ...trailerHead(9), 'x-amz-decoded-content-length': '' }, framed(CHECK), 'InvalidArgument'],
    ['an unknown trailer', { ...trailerHead(9), 'x-amz-trailer': 'x-own' }, framed(CHECK), 'InvalidRequest'],
  ])('are refused for %s', async (_what, headers, body, code) => {
    expect((await refusal(() => read(headers, body))).code).toBe(code);
  });

  it('need a decoded length', async () => {
    const { 'x-amz-decoded-content-length': _omitted, ...headers } = trailerHead(9);
    expect(await refusal(() => read(headers, framed(CHECK)))).toMatchObject({
      code: 'MissingContentLength',
      status: 411,
    });
  });

  it('do not depend on how the network splits them', async () => {
    const data = randomBytes(30_000);
    const chunks = [data.subarray(0, 10_000), data.subarray(10_000, 20_000), data.subarray(20_000)];
    const parts = chunks.flatMap((part) => [Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')]);
    const body = Buffer.concat([...parts, Buffer.from('0\r\n\r\n')]);
    const { 'x-amz-trailer': _omitted, ...headers } = trailerHead(data.length);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 4_000 }), { minLength: 1 }), async (sizes) => {
        const pieces: Buffer[] = [];
        for (let at = 0, i = 0; at < body.length; i += 1) {
          const end = at + (sizes[i % sizes.length] ?? 1) + 40;
          pieces.push(body.subarray(at, end));
          at = end;
        }
        const request = requestOf('PUT', '/b/k', { ...bearer, ...headers }, Readable.from(pieces));
        const streamed = await buffer(openVerifiedBody(request, await authenticate(request, options)));
        expect(streamed.equals(data)).toBe(true);
      }),
      { numRuns: 50 },
    );
    const byteWise = requestOf(
      'PUT',
      '/b/k',
      { ...bearer, ...headers },
      Readable.from([...body].map((byte) => Buffer.of(byte))),
    );
    const decoded = await readVerifiedBody(byteWise, await authenticate(byteWise, options), LIMIT_BYTES);
    expect(decoded.equals(data)).toBe(true);
  });

  it('end in a ServiceError or whole, whatever is broken', async () => {
    const good = framed(CHECK);
    const outcomes = { refused: 0, accepted: 0 };
    const mutation = fc.record({
      at: fc.nat(good.length),
      drop: fc.nat(6),
      insert: fc.string({ unit: fc.constantFrom(...'09afAFgz;:=\r\n \0\xff-'), maxLength: 8 }),
      signature: fc.constantFrom('', ';chunk-signature=', `;chunk-signature=${'0'.repeat(64)}`),
    });
    await fc.assert(
      fc.asyncProperty(mutation, async ({ at, drop, insert, signature }) => {
        const body = Buffer.from(good.slice(0, at) + insert + signature + good.slice(at + drop), 'latin1');
        const request = requestOf('PUT', '/b/k', { ...bearer, ...trailerHead(9) }, body);
        try {
          const decoded = await readVerifiedBody(request, await authenticate(request, options), LIMIT_BYTES);
          expect(decoded.toString()).toBe(CHECK);
          outcomes.accepted += 1;
        } catch (error) {
          expect(error).toBeInstanceOf(ServiceError);
          expect([
            'BadDigest',
            'IncompleteBody',
            'InvalidRequest',
            'MalformedTrailerError',
            'InvalidChunkSizeError',
          ]).toContain(error instanceof ServiceError ? error.code : error);
          outcomes.refused += 1;
        }
      }),
      { numRuns: 3_000 },
    );
    expect(outcomes.refused).toBeGreaterThan(1_000);
    expect(outcomes.accepted).toBeGreaterThan(0);
  });
});

describe('limits', () => {
  it('refuses what is too long, by its announced or its real length', async () => {
    const long = 'x'.repeat(LIMIT_BYTES + 1);
    for (const headers of [{ ...bearer, 'content-length': String(long.length) }, bearer]) {
      // The client goes on sending: destroying its socket would lose the answer.
      const body = new Readable({ read: () => undefined });
      body.push(long);
      const request = requestOf('PUT', '/b/k', headers, body);
      const error = await refusal(async () =>
        readVerifiedBody(request, await authenticate(request, options), LIMIT_BYTES),
      );
      expect(error.code).toBe('EntityTooLarge');
      expect(request.body.destroyed).toBe(false);
    }
  });

  it('keeps memory flat while a long body streams', async () => {
    const MEGABYTE = Buffer.alloc(1_048_576, 'a');
    const COUNT = 192;
    function* pieces() {
      yield Buffer.from(`${(MEGABYTE.length * COUNT).toString(16)}\r\n`);
      for (let i = 0; i < COUNT; i += 1) yield MEGABYTE;
      yield Buffer.from('\r\n0\r\n\r\n');
    }
    const { 'x-amz-trailer': _omitted, ...headers } = trailerHead(MEGABYTE.length * COUNT);
    const request = requestOf('PUT', '/b/k', { ...bearer, ...headers }, Readable.from(pieces(), { objectMode: false }));
    const before = process.memoryUsage();
    let size = 0;
    let peak = 0;
    for await (const part of openVerifiedBody(request, await authenticate(request, options)) as AsyncIterable<Buffer>) {
      size += part.length;
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      peak = Math.max(peak, heapUsed + arrayBuffers - before.heapUsed - before.arrayBuffers);
    }
    expect(size).toBe(MEGABYTE.length * COUNT);
    expect(peak).toBeLessThan(32 * 1_048_576);
  });

  it('ends the stream in an error when the client leaves', async () => {
    const body = new Readable({ read: () => undefined });
    const request = requestOf('PUT', '/b/k', bearer, body);
    const reading = buffer(openVerifiedBody(request, await authenticate(request, options)));
    body.push('part');
    body.destroy();
    await expect(reading).rejects.toMatchObject({ code: 'RequestTimeout' });
  });

  it('keeps a failed check for a reader that comes late, and does not end the process meanwhile', async () => {
    const request = requestOf('PUT', '/b/k', { ...bearer, ...trailerHead(5) }, 'no chunk');
    const stream = openVerifiedBody(request, await authenticate(request, options));
    await new Promise((resolve) => stream.once('close', resolve));
    await expect(buffer(stream)).rejects.toMatchObject({ code: 'IncompleteBody' });
    await expect(pipeline(stream, new PassThrough())).rejects.toMatchObject({ code: 'IncompleteBody' });
  });
});
