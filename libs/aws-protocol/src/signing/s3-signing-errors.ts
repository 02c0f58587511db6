import { ServiceError } from '../errors.js';
import { formatBasicTime, formatIsoSeconds } from './request-time.js';
import type { Malformation, SignatureMismatch, SigningErrors, TimeMismatch } from './signing-errors.js';

/**
 * S3's errors about credentials.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html; sentences and members as clients report them.
 */
export class S3SigningErrors implements SigningErrors {
  missing(): ServiceError {
    return new ServiceError('AccessDenied', 'Access Denied', 403);
  }

  malformed({ place, s3 }: Malformation): ServiceError {
    return place === 'query'
      ? new ServiceError('AuthorizationQueryParametersError', s3)
      : new ServiceError('AuthorizationHeaderMalformed', `The authorization header is malformed; ${s3}`);
  }

  unknownKey(accessKeyId: string): ServiceError {
    const message = 'The AWS Access Key Id you provided does not exist in our records.';
    return new ServiceError('InvalidAccessKeyId', message, 403, { AWSAccessKeyId: accessKeyId });
  }

  unknownApiKey(): ServiceError {
    return new ServiceError('InvalidAccessKeyId', 'The API key you provided does not exist in our records.', 403);
  }

  wrongToken(token: string): ServiceError {
    const message = 'The provided token is malformed or otherwise invalid.';
    return new ServiceError('InvalidToken', message, 400, { 'Token-0': token });
  }

  expiredToken(token: string): ServiceError {
    return new ServiceError('ExpiredToken', 'The provided token has expired.', 400, { 'Token-0': token });
  }

  mismatch({ accessKeyId, stringToSign, signature, canonicalRequest }: SignatureMismatch): ServiceError {
    const message =
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.';
    return new ServiceError('SignatureDoesNotMatch', message, 403, {
      AWSAccessKeyId: accessKeyId,
      StringToSign: stringToSign,
      SignatureProvided: signature,
      ...(canonicalRequest === undefined ? {} : { CanonicalRequest: canonicalRequest }),
    });
  }

  skewed({ signedAtMs, nowMs, allowedMs }: TimeMismatch): ServiceError {
    const message = 'The difference between the request time and the current time is too large.';
    return new ServiceError('RequestTimeTooSkewed', message, 403, {
      RequestTime: formatBasicTime(signedAtMs),
      ServerTime: formatIsoSeconds(nowMs),
      MaxAllowedSkewMilliseconds: allowedMs,
    });
  }

  urlExpired({ signedAtMs, nowMs, allowedMs }: TimeMismatch): ServiceError {
    return new ServiceError('AccessDenied', 'Request has expired', 403, {
      'X-Amz-Expires': allowedMs / 1_000,
      Expires: formatIsoSeconds(signedAtMs + allowedMs),
      ServerTime: formatIsoSeconds(nowMs),
    });
  }

  urlNotYetValid({ signedAtMs, nowMs }: TimeMismatch): ServiceError {
    return new ServiceError('AccessDenied', 'Request is not valid yet', 403, {
      'X-Amz-Date': formatBasicTime(signedAtMs),
      ServerTime: formatIsoSeconds(nowMs),
    });
  }

  headersNotSigned(names: readonly string[]): ServiceError {
    const message = 'There were headers present in the request which were not signed';
    return new ServiceError('AccessDenied', message, 403, { HeadersNotSigned: names.join(', ') });
  }

  wrongScopeDate(place: 'header' | 'query', scopeDate: string, requestTime: string): ServiceError {
    const requestDate = requestTime.slice(0, 8);
    const s3 = `Invalid credential date "${scopeDate}". This date is not the same as X-Amz-Date: "${requestDate}".`;
    return this.malformed({ place, s3, other: s3 });
  }

  wrongScopeService(expected: string, actual: string): ServiceError {
    const s3 = `incorrect service "${actual}". This endpoint belongs to "${expected}".`;
    return this.malformed({ place: 'header', s3, other: s3 });
  }
}
