import { describe, expect, it } from 'vitest';
import { objectUrl, presignedUrl } from './presigned-url.js';

describe('presignedUrl', () => {
  const session = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'secret', sessionToken: 'a+b/c=' };
  const request = {
    origin: 'https://lantern.example:8443',
    region: 'us-east-1',
    location: { bucket: 'results', key: 'a folder/(one).json' },
    session,
    now: new Date('2026-01-02T03:04:05.678Z'),
    expiresSeconds: 900,
  };

  it('names time, scope, lifetime and token', () => {
    const url = new URL(presignedUrl(request));
    expect(url.pathname).toBe('/results/a%20folder/%28one%29.json');
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': 'ASIAEXAMPLE/20260102/us-east-1/s3/aws4_request',
      'X-Amz-Date': '20260102T030405Z',
      'X-Amz-Expires': '900',
      'X-Amz-Security-Token': 'a+b/c=',
    });
  });

  it('signs the host, the key and the time', () => {
    const signature = (more: object) =>
      new URL(presignedUrl({ ...request, ...more })).searchParams.get('X-Amz-Signature');
    const others = [
      { origin: 'https://other.example' },
      { location: { bucket: 'results', key: 'two.json' } },
      { now: new Date('2026-01-02T03:04:06Z') },
    ].map(signature);
    expect(new Set([signature({}), ...others]).size).toBe(4);
    expect(signature({})).toMatch(/^[0-9a-f]{64}$/);
  });

  it('leaves the signature out for those who have credentials', () =>
    expect(objectUrl(request.origin, request.location)).toBe(
      'https://lantern.example:8443/results/a%20folder/%28one%29.json',
    ));
});
