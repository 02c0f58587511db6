import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { authenticate, requireScopeService } from './authenticate.js';
import type { AuthenticateOptions, Credentials, ErrorStyle } from './authentication.js';
import { claimedScope } from './claimed-scope.js';
import { credentialsOf, optionsFor, refusal, requestOf, SUITE_KEYS } from './signing.fixture.js';

/** get-vanilla of AWS's test suite; the sentence in each test is what AWS says. */
const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, ' +
  'Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31';
const HEADERS = { host: 'example.amazonaws.com', 'x-amz-date': '20150830T123600Z', authorization: AUTHORIZATION };
const NOW = '2015-08-30T12:36:00Z';
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

interface Attempt {
  readonly headers?: Record<string, string>;
  readonly style?: ErrorStyle;
  readonly now?: string;
  readonly credentials?: Credentials;
  readonly target?: string;
  readonly more?: Partial<AuthenticateOptions>;
}

function attempt({ headers = {}, style = 'other', now = NOW, credentials, target = '/', more = {} }: Attempt) {
  const all: Record<string, string> = {
    ...HEADERS,
    ...(style === 's3' ? { 'x-amz-content-sha256': EMPTY } : {}),
    ...headers,
  };
  for (const name of Object.keys(all)) if (all[name] === '') delete all[name];
  const options = optionsFor(credentials ?? credentialsOf(SUITE_KEYS), now, { errorStyle: style, ...more });
  return authenticate(requestOf('GET', target, all), options);
}

const refused = (made: Attempt) => refusal(() => attempt(made));
const json = { 'x-amz-target': 'Comprehend_20171127.DetectSentiment' };
const unknown = { authorization: AUTHORIZATION.replace('AKIDEXAMPLE', 'AKIDUNKNOWN') };
const wrong = { authorization: AUTHORIZATION.replace('5fa0', '5fa1') };

describe('authenticate refuses in AWS’s words', () => {
  it.each<[string, Attempt, string, number, RegExp]>([
    [
      'no credentials, REST',
      { headers: { authorization: '' } },
      'MissingAuthenticationTokenException',
      403,
      /^Missing Authentication Token$/,
    ],
    [
      'no credentials, JSON',
      { headers: { authorization: '', ...json } },
      'MissingAuthenticationTokenException',
      400,
      /^Missing Authentication Token$/,
    ],
    [
      'no credentials, STS',
      { headers: { authorization: '' }, style: 'sts' },
      'MissingAuthenticationToken',
      403,
      /^Request is missing Authentication Token$/,
    ],
    ['no credentials, S3', { headers: { authorization: '' }, style: 's3' }, 'AccessDenied', 403, /^Access Denied$/],
    [
      'an unknown key',
      { headers: unknown },
      'UnrecognizedClientException',
      403,
      /^The security token included in the request is invalid\.$/,
    ],
    ['an unknown key, JSON', { headers: { ...unknown, ...json } }, 'UnrecognizedClientException', 400, /invalid\.$/],
    [
      'an unknown key, STS',
      { headers: unknown, style: 'sts' },
      'InvalidClientTokenId',
      403,
      /^The security token included in the request is invalid\.$/,
    ],
    [
      'an unknown key, S3',
      { headers: unknown, style: 's3' },
      'InvalidAccessKeyId',
      403,
      /^The AWS Access Key Id you provided does not exist in our records\.$/,
    ],
    [
      'a wrong signature',
      { headers: wrong },
      'InvalidSignatureException',
      403,
      /^The request signature we calculated does not match the signature you provided\. Check your AWS Secret Access Key/,
    ],
    [
      'a wrong signature, STS',
      { headers: wrong, style: 'sts' },
      'SignatureDoesNotMatch',
      403,
      /Consult the service documentation for details\.$/,
    ],
    [
      'an old request',
      { now: '2015-08-30T12:41:01Z' },
      'InvalidSignatureException',
      403,
      /^Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z \(20150830T124101Z - 5 min\.\)$/,
    ],
    [
      'an old request, STS',
      { now: '2015-08-30T12:51:01Z', style: 'sts' },
      'SignatureDoesNotMatch',
      403,
      /^Signature expired: .* - 15 min\.\)$/,
    ],
    [
      'a future request',
      { now: '2015-08-30T12:30:59Z' },
      'InvalidSignatureException',
      403,
      /^Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z \(20150830T123059Z \+ 5 min\.\)$/,
    ],
    [
      'skew, S3',
      { now: '2015-08-30T12:51:01Z', style: 's3' },
      'RequestTimeTooSkewed',
      403,
      /^The difference between the request time and the current time is too large\.$/,
    ],
    [
      'another date in the scope',
      { headers: { authorization: AUTHORIZATION.replace('/20150830/', '/20150829/') } },
      'InvalidSignatureException',
      403,
      /^Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20150829' != '20150830', from '20150830T123600Z'\.$/,
    ],
    [
      'another date in the scope, S3',
      { headers: { authorization: AUTHORIZATION.replace('/20150830/', '/20150829/') }, style: 's3' },
      'AuthorizationHeaderMalformed',
      400,
      /Invalid credential date "20150829"/,
    ],
    [
      'a missing signature',
      { headers: { authorization: AUTHORIZATION.replace(/, Signature.*/, '') } },
      'IncompleteSignatureException',
      400,
      /^Authorization header requires 'Signature' parameter\. Authorization=AWS4-HMAC-SHA256$/,
    ],
    [
      'everything missing, STS',
      { headers: { authorization: 'AWS4-HMAC-SHA256', 'x-amz-date': '' }, style: 'sts' },
      'IncompleteSignature',
      400,
      /'Credential' parameter\. .*'Signature' parameter\. .*'SignedHeaders' parameter\. .*existence of either a 'X-Amz-Date' or a 'Date' header\./,
    ],
    [
      'a missing signature, S3',
      { headers: { authorization: AUTHORIZATION.replace(/, Signature.*/, '') }, style: 's3' },
      'AuthorizationHeaderMalformed',
      400,
      /^The authorization header is malformed; /,
    ],
    [
      'no date, S3',
      { headers: { 'x-amz-date': '' }, style: 's3' },
      'AccessDenied',
      403,
      /^AWS authentication requires a valid Date or x-amz-date header$/,
    ],
    [
      'another terminator',
      { headers: { authorization: AUTHORIZATION.replace('aws4_request', 'aws5_request') } },
      'IncompleteSignatureException',
      400,
      /^Credential must have exactly 5 slash-delimited elements/,
    ],
    [
      'a region that is no name',
      { headers: { authorization: AUTHORIZATION.replace('us-east-1', '..') } },
      'IncompleteSignatureException',
      400,
      /^Credential must/,
    ],
    [
      'an unsigned host',
      { headers: { authorization: AUTHORIZATION.replace('host;', '') } },
      'InvalidSignatureException',
      403,
      /^'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization\.$/,
    ],
    [
      'an unsigned x-amz header',
      { headers: json },
      'InvalidSignatureException',
      400,
      /^'x-amz-target' must be a 'SignedHeader'/,
    ],
    [
      'Signature Version 4A',
      { headers: { authorization: AUTHORIZATION.replace('HMAC-SHA256', 'ECDSA-P256-SHA256') } },
      'IncompleteSignatureException',
      400,
      /^Unsupported AWS 'algorithm'/,
    ],
    [
      'basic authorization, S3',
      { headers: { authorization: 'Basic QTpC' }, style: 's3' },
      'InvalidRequest',
      400,
      /Please use AWS4-HMAC-SHA256\.$/,
    ],
    [
      'no content hash, S3',
      { headers: { 'x-amz-content-sha256': '' }, style: 's3' },
      'InvalidRequest',
      400,
      /^Missing required header for this request: x-amz-content-sha256$/,
    ],
    [
      'two mechanisms, S3',
      { target: '/?X-Amz-Signature=00', style: 's3' },
      'InvalidArgument',
      400,
      /^Only one auth mechanism allowed/,
    ],
    [
      'a URL without parameters, S3',
      { headers: { authorization: '' }, target: '/?X-Amz-Signature=00', style: 's3' },
      'AuthorizationQueryParametersError',
      400,
      /^Query-string authentication version 4 requires/,
    ],
    [
      'a wrong API key',
      { headers: { authorization: 'Bearer lk_guess', ...json } },
      'UnrecognizedClientException',
      403,
      /^The API key/,
    ],
  ])('%s', async (_what, made, code, status, message) => {
    const error = await refused(made);
    expect(error).toMatchObject({ code, status });
    expect(error.message).toMatch(message);
  });

  it('tells S3 clients both clocks', async () => {
    expect((await refused({ now: '2015-08-30T13:36:00Z', style: 's3' })).members).toEqual({
      RequestTime: '20150830T123600Z',
      ServerTime: '2015-08-30T13:36:00Z',
      MaxAllowedSkewMilliseconds: 900_000,
    });
  });

  it('accepts a request to the second at which it becomes too old', async () => {
    expect((await attempt({ now: '2015-08-30T12:41:00Z' })).kind).toBe('header');
  });

  it('never finds a header in an object’s prototype', async () => {
    const authorization = AUTHORIZATION.replace('host;', 'constructor;host;');
    expect((await refused({ headers: { authorization } })).code).toBe('InvalidSignatureException');
  });
});

describe('temporary credentials', () => {
  const temporary = credentialsOf(SUITE_KEYS, { sessionToken: 'token', expiresAt: new Date('2015-08-30T13:00:00Z') });
  const signedToken = (token: string) => {
    const canonical = `GET\n/\n\nhost:example.amazonaws.com\nx-amz-date:20150830T123600Z\nx-amz-security-token:${token}\n\nhost;x-amz-date;x-amz-security-token\n${EMPTY}`;
    return {
      'x-amz-security-token': token,
      authorization: authorizationFor(canonical, 'host;x-amz-date;x-amz-security-token'),
    };
  };

  it('are accepted with their token', async () => {
    expect((await attempt({ credentials: temporary, headers: signedToken('token') })).principal.account).toBe(
      '111122223333',
    );
  });

  it.each<[string, ErrorStyle, string, Record<string, string>]>([
    ['another token', 'other', 'UnrecognizedClientException', signedToken('tokem')],
    ['no token', 'sts', 'InvalidClientTokenId', {}],
    ['another token, S3', 's3', 'InvalidToken', signedToken('tokem')],
  ])('are refused with %s', async (_what, style, code, headers) => {
    expect((await refused({ credentials: temporary, headers, style })).code).toBe(code);
  });

  it('must not carry a token when they are not temporary', async () => {
    expect((await refused({ headers: signedToken('token') })).code).toBe('UnrecognizedClientException');
  });

  it.each<[ErrorStyle, string]>([
    ['other', 'ExpiredTokenException'],
    ['sts', 'ExpiredToken'],
    ['s3', 'ExpiredToken'],
  ])('end (%s)', async (style, code) => {
    const credentials = { ...temporary, expiresAt: new Date(NOW) };
    expect((await refused({ credentials, headers: signedToken('token'), style })).code).toBe(code);
  });
});

/** Signs a canonical request by the book, apart from the code under test. */
function authorizationFor(canonical: string, signedHeaders: string): string {
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const key = ['us-east-1', 'service', 'aws4_request'].reduce(
    hmac,
    hmac(`AWS4${SUITE_KEYS.secretAccessKey}`, '20150830'),
  );
  const scope = '20150830/us-east-1/service/aws4_request';
  const hashed = createHash('sha256').update(canonical).digest('hex');
  const signature = hmac(key, `AWS4-HMAC-SHA256\n20150830T123600Z\n${scope}\n${hashed}`).toString('hex');
  return `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
}

describe('other ways in', () => {
  it('accepts an API key, in the default region', async () => {
    const authentication = await attempt({
      headers: { authorization: 'Bearer lk_secret', ...json },
      more: { defaultRegion: 'eu-west-1' },
    });
    expect(authentication).toMatchObject({
      kind: 'bearer',
      region: 'eu-west-1',
      principal: { account: '111122223333' },
    });
  });

  it('believes anything in open mode: twelve digits are an account', async () => {
    const authorization = AUTHORIZATION.replace('AKIDEXAMPLE', '444455556666').replace('us-east-1', 'sa-east-1');
    const open = await attempt({ headers: { authorization }, more: { mode: 'open' } });
    expect(open).toMatchObject({
      kind: 'open',
      region: 'sa-east-1',
      service: 'service',
      principal: { account: '444455556666' },
    });
    const anyone = await attempt({ headers: { authorization: '' }, more: { mode: 'open' } });
    expect(anyone).toMatchObject({ kind: 'open', region: 'us-east-1', principal: { account: '000000000000' } });
  });

  it('ties a signature to the service that is called', async () => {
    const authentication = await attempt({});
    const request = requestOf('GET', '/', HEADERS);
    requireScopeService(authentication, 'service', 'other', request);
    const other = await refusal(() => requireScopeService(authentication, 'comprehend', 'other', request));
    expect(other.message).toBe(`Credential should be scoped to correct service: 'comprehend'. `);
    const s3 = await refusal(() => requireScopeService(authentication, 's3', 's3', request));
    expect(s3).toMatchObject({
      code: 'AuthorizationHeaderMalformed',
      message: expect.stringContaining('incorrect service "service"') as string,
    });
  });

  it('reads the claimed scope of headers and URLs for routing', () => {
    expect(claimedScope(requestOf('GET', '/', HEADERS))).toEqual({
      accessKeyId: 'AKIDEXAMPLE',
      date: '20150830',
      region: 'us-east-1',
      service: 'service',
    });
    expect(claimedScope(requestOf('GET', '/?X-Amz-Credential=A%2F20150830%2Fr%2Fpolly%2Faws4_request'))).toMatchObject({
      service: 'polly',
    });
    expect(claimedScope(requestOf('GET', '/b/k?AWSAccessKeyId=A&Signature=x&Expires=1'))).toEqual({
      accessKeyId: 'A',
      service: 's3',
    });
    for (const authorization of ['', 'Bearer x', 'AWS4-HMAC-SHA256 Credential=a/b']) {
      expect(claimedScope(requestOf('GET', '/', { authorization }))).toEqual({});
    }
  });
});
