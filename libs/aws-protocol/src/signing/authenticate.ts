import { ServiceError } from '../errors.js';
import type { HttpRequest } from '../http.js';
import type { AuthenticateOptions, Authentication, Credentials, PayloadPlan } from './authentication.js';
import { headerOf } from './canonical-request.js';
import { scopeText } from './credential-scope.js';
import { sameText } from './constant-time.js';
import { signingErrors } from './errors-by-style.js';
import { openAuthentication } from './open-mode.js';
import { isBodyHash, planPayload, requireKnownContentSha256, UNSIGNED_PAYLOAD } from './payload-plan.js';
import { fitsPresignedV2, isPresignedV2, readPresignedV2 } from './presigned-v2.js';
import { RequestSignature } from './request-signature.js';
import { EMPTY_SHA256, SignatureChain } from './signature-chain.js';
import {
  isSignedHeader,
  isSignedQuery,
  readHeaderClaim,
  readQueryClaim,
  type SignatureClaim,
} from './signature-claim.js';
import { SigningKeys } from './signing-key.js';
import type { SigningErrors } from './signing-errors.js';
import { unsignedAuthentication } from './unsigned.js';

const MINUTE_MS = 60_000;
/** S3 and STS allow clocks to be a quarter of an hour off, everyone else five minutes. */
const MAX_SKEW_MS = { s3: 15 * MINUTE_MS, sts: 15 * MINUTE_MS, other: 5 * MINUTE_MS } as const;
const DEFAULT_REGION = 'us-east-1';

const signingKeys = new SigningKeys();

/**
 * Finds out who calls, by Signature Version 4 (header or presigned URL), S3's presigned Version 2, or an API key.
 * Where the body's hash is signed but not sent, the signature itself is checked with the body: see `Authentication`.
 * @throws ServiceError with AWS's code, sentence and status for the style
 */
export async function authenticate(request: HttpRequest, options: AuthenticateOptions): Promise<Authentication> {
  const { errorStyle, defaultRegion = DEFAULT_REGION } = options;
  const authorization = headerOf(request.headers, 'authorization');
  const queryIsSigned = isSignedQuery(request.rawQuery);
  if (options.allowUnsigned === true && authorization === undefined && !queryIsSigned)
    return unsignedAuthentication(request, errorStyle, defaultRegion);
  if (options.mode === 'open') return openAuthentication(request, errorStyle, defaultRegion);
  const errors = signingErrors(errorStyle, request);
  if (authorization !== undefined) {
    if (queryIsSigned && options.errorStyle === 's3') throw twoMechanisms();
    if (isSignedHeader(authorization)) {
      return verifySigned(request, readHeaderClaim(request, authorization, errors), options, errors);
    }
    const bearer = /^Bearer +(\S+)$/i.exec(authorization);
    if (bearer?.[1] !== undefined) return verifyApiKey(request, bearer[1], options, errors);
    throw unsupportedAuthorization(options, errors);
  }
  if (queryIsSigned) {
    const claim = readQueryClaim(request, errors, options.errorStyle === 's3');
    return verifySigned(request, claim, options, errors);
  }
  if (options.errorStyle === 's3' && isPresignedV2(request.rawQuery))
    return verifyPresignedV2(request, options, errors);
  throw errors.missing();
}

/**
 * Checks that a signature was made for the service that is called.
 * @param signingName the API's name in credential scopes, e.g. `personalize` for Personalize Runtime
 */
export function requireScopeService(
  { kind, service }: Authentication,
  signingName: string,
  errorStyle: AuthenticateOptions['errorStyle'],
  request: HttpRequest,
): void {
  if ((kind === 'header' || kind === 'presigned') && service !== signingName) {
    throw signingErrors(errorStyle, request).wrongScopeService(signingName, service);
  }
}

async function verifySigned(
  request: HttpRequest,
  claim: SignatureClaim,
  options: AuthenticateOptions,
  errors: SigningErrors,
): Promise<Authentication> {
  const { scope } = claim;
  const nowMs = options.now();
  const credentials = await options.source.byAccessKeyId(scope.accessKeyId);
  if (credentials === undefined) throw errors.unknownKey(scope.accessKeyId);
  requireToken(credentials, claim.token, nowMs, errors);
  if (claim.time.slice(0, 8) !== scope.date) throw errors.wrongScopeDate(claim.place, scope.date, claim.time);
  requireTime(claim, nowMs, options, errors);
  requireSignedHeaders(request, claim, errors);

  const key = signingKeys.get(credentials.secretAccessKey, scope);
  const signature = new RequestSignature(request, claim, key, options.errorStyle);
  const chain = () =>
    new SignatureChain({
      key,
      time: claim.time,
      scope: scopeText(scope),
      signature: claim.signature,
      onDay: (date) => {
        const ofDay = { ...scope, date };
        return { key: signingKeys.get(credentials.secretAccessKey, ofDay), scope: scopeText(ofDay) };
      },
    });
  return {
    principal: credentials.principal,
    region: scope.region,
    service: scope.service,
    kind: claim.place === 'header' ? 'header' : 'presigned',
    payload: verifyOrDefer(request, claim, { signature, chain, errors, style: options.errorStyle }),
  };
}

interface Verification {
  readonly signature: RequestSignature;
  readonly chain: () => SignatureChain;
  readonly errors: SigningErrors;
  readonly style: AuthenticateOptions['errorStyle'];
}

/** Checks the signature now if what stands for the body is known, otherwise when the body's hash is. */
function verifyOrDefer(request: HttpRequest, claim: SignatureClaim, verification: Verification): PayloadPlan {
  const { signature, chain, errors, style } = verification;
  const verify = (bodyHash: string): void => {
    if (!signature.fits(bodyHash)) throw errors.mismatch(signature.mismatch(bodyHash));
  };
  const contentSha256 = signedContentSha256(request, claim, style);
  if (contentSha256 === undefined) return planPayload(request, { style, contentSha256, checkSha256: verify });
  verify(contentSha256);
  if (!isBodyHash(contentSha256)) return planPayload(request, { style, contentSha256, chain });
  const checkSha256 = (actualHex: string): void => {
    if (actualHex === contentSha256) return;
    throw style === 's3' ? contentMismatch(contentSha256, actualHex) : errors.mismatch(signature.mismatch(actualHex));
  };
  return planPayload(request, { style, contentSha256, checkSha256 });
}

/** The last line of the canonical request as far as the head tells it; `undefined` when it is the body's hash. */
function signedContentSha256(
  request: HttpRequest,
  claim: SignatureClaim,
  style: AuthenticateOptions['errorStyle'],
): string | undefined {
  const given = headerOf(request.headers, 'x-amz-content-sha256') ?? claim.queryContentSha256;
  if (style !== 's3') return given ?? (hasNoBody(request) ? EMPTY_SHA256 : undefined);
  if (given !== undefined) requireKnownContentSha256(given);
  else if (claim.place === 'header') {
    throw new ServiceError('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256');
  }
  return given ?? UNSIGNED_PAYLOAD;
}

/** True if the head already says that no body follows. If one does after all, its hash will not fit. */
const hasNoBody = ({ method, headers }: HttpRequest): boolean =>
  headers['content-length'] === '0' ||
  (headers['content-length'] === undefined &&
    headers['transfer-encoding'] === undefined &&
    (method === 'GET' || method === 'HEAD' || method === 'DELETE' || method === 'OPTIONS'));

function requireToken(
  { sessionToken, expiresAt }: Credentials,
  token: string | undefined,
  nowMs: number,
  errors: SigningErrors,
): void {
  if (sessionToken === undefined ? token !== undefined : token === undefined || !sameText(token, sessionToken)) {
    throw errors.wrongToken(token ?? '');
  }
  if (expiresAt !== undefined && expiresAt.getTime() <= nowMs) throw errors.expiredToken(token ?? '');
}

function requireTime(
  { place, timeMs, expiresMs }: SignatureClaim,
  nowMs: number,
  options: AuthenticateOptions,
  errors: SigningErrors,
): void {
  const skewMs = options.maxSkewMs ?? MAX_SKEW_MS[options.errorStyle];
  const detail = { signedAtMs: timeMs, nowMs, allowedMs: skewMs };
  if (place === 'header') {
    if (Math.abs(nowMs - timeMs) > skewMs) throw errors.skewed(detail);
    return;
  }
  if (timeMs - nowMs > skewMs) throw errors.urlNotYetValid(detail);
  const lifeMs = expiresMs ?? skewMs;
  if (nowMs - timeMs > lifeMs) throw errors.urlExpired({ ...detail, allowedMs: lifeMs });
}

/** `x-amz-` headers steer the call, so an unsigned one would be forgeable. CloudFront adds one of its own. */
function requireSignedHeaders(
  { headers }: HttpRequest,
  { signedHeaders }: SignatureClaim,
  errors: SigningErrors,
): void {
  let unsigned: string[] | undefined;
  for (const name in headers) {
    if (!name.startsWith('x-amz-') || signedHeaders.includes(name) || name === 'x-amz-cf-id') continue;
    (unsigned ??= []).push(name);
  }
  if (unsigned !== undefined) throw errors.headersNotSigned(unsigned);
}

async function verifyApiKey(
  request: HttpRequest,
  apiKey: string,
  { source, now, errorStyle, defaultRegion = DEFAULT_REGION }: AuthenticateOptions,
  errors: SigningErrors,
): Promise<Authentication> {
  const credentials = await source.byApiKey(apiKey);
  if (credentials === undefined) throw errors.unknownApiKey();
  if (credentials.expiresAt !== undefined && credentials.expiresAt.getTime() <= now()) throw errors.expiredToken('');
  const contentSha256 = headerOf(request.headers, 'x-amz-content-sha256');
  const payload = planPayload(request, { style: errorStyle, contentSha256 });
  return { principal: credentials.principal, region: defaultRegion, service: '', kind: 'bearer', payload };
}

async function verifyPresignedV2(
  request: HttpRequest,
  { source, now, hostBucket, defaultRegion = DEFAULT_REGION }: AuthenticateOptions,
  errors: SigningErrors,
): Promise<Authentication> {
  const claim = readPresignedV2(request, hostBucket);
  const credentials = await source.byAccessKeyId(claim.accessKeyId);
  if (credentials === undefined) throw errors.unknownKey(claim.accessKeyId);
  const nowMs = now();
  requireToken(credentials, claim.token, nowMs, errors);
  if (!fitsPresignedV2(claim, credentials.secretAccessKey)) throw errors.mismatch(claim);
  if (nowMs > claim.expiresAtMs) {
    throw new ServiceError('AccessDenied', 'Request has expired', 403, {
      Expires: new Date(claim.expiresAtMs).toISOString(),
      ServerTime: new Date(nowMs).toISOString(),
    });
  }
  const payload = planPayload(request, { style: 's3', contentSha256: UNSIGNED_PAYLOAD });
  return { principal: credentials.principal, region: defaultRegion, service: 's3', kind: 'presigned-v2', payload };
}

const contentMismatch = (given: string, actual: string): ServiceError =>
  new ServiceError(
    'XAmzContentSHA256Mismatch',
    `The provided 'x-amz-content-sha256' header does not match what was computed.`,
    400,
    { ClientComputedContentSHA256: given, S3ComputedContentSHA256: actual },
  );

const twoMechanisms = (): ServiceError =>
  new ServiceError(
    'InvalidArgument',
    'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the ' +
      'Authorization header should be specified',
  );

function unsupportedAuthorization({ errorStyle }: AuthenticateOptions, errors: SigningErrors): ServiceError {
  const message = 'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.';
  if (errorStyle === 's3') return new ServiceError('InvalidRequest', message);
  return errors.malformed({ place: 'header', s3: '', other: message });
}
