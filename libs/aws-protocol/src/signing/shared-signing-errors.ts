import { ServiceError } from '../errors.js';
import { formatBasicTime } from './request-time.js';
import type { Malformation, SignatureMismatch, SigningErrors, TimeMismatch } from './signing-errors.js';

/** How a service speaks; it decides statuses and the older names without `Exception`. */
type Dialect = 'query' | 'json' | 'rest';

const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and ' +
  'signing method. Consult the service documentation for details.';

/**
 * The errors about credentials of all services but S3: the sentences are the same, query services (STS, SNS) use the
 * older names. https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
 */
export class SharedSigningErrors implements SigningErrors {
  private readonly isQuery: boolean;
  /** Rekognition, Kinesis and other JSON services are on record with 400. */
  private readonly refusedStatus: number;

  constructor(dialect: Dialect) {
    this.isQuery = dialect === 'query';
    this.refusedStatus = dialect === 'json' ? 400 : 403;
  }

  missing(): ServiceError {
    return this.isQuery
      ? new ServiceError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403)
      : this.refused('MissingAuthenticationTokenException', 'Missing Authentication Token');
  }

  malformed({ other }: Malformation): ServiceError {
    return new ServiceError(this.isQuery ? 'IncompleteSignature' : 'IncompleteSignatureException', other, 400);
  }

  unknownKey(): ServiceError {
    const code = this.isQuery ? 'InvalidClientTokenId' : 'UnrecognizedClientException';
    return this.refused(code, 'The security token included in the request is invalid.');
  }

  unknownApiKey(): ServiceError {
    const code = this.isQuery ? 'InvalidClientTokenId' : 'UnrecognizedClientException';
    return new ServiceError(code, 'The API key included in the request is invalid.', 403);
  }

  wrongToken(): ServiceError {
    return this.unknownKey();
  }

  expiredToken(): ServiceError {
    const code = this.isQuery ? 'ExpiredToken' : 'ExpiredTokenException';
    return this.refused(code, 'The security token included in the request is expired');
  }

  mismatch(_detail: SignatureMismatch): ServiceError {
    return this.invalid(MISMATCH);
  }

  skewed(mismatch: TimeMismatch): ServiceError {
    return mismatch.signedAtMs < mismatch.nowMs ? this.urlExpired(mismatch) : this.urlNotYetValid(mismatch);
  }

  urlExpired({ signedAtMs, nowMs, allowedMs }: TimeMismatch): ServiceError {
    const [signedAt, earliest, now] = [signedAtMs, nowMs - allowedMs, nowMs].map(formatBasicTime);
    return this.invalid(
      `Signature expired: ${signedAt} is now earlier than ${earliest} (${now} - ${inMinutes(allowedMs)} min.)`,
    );
  }

  urlNotYetValid({ signedAtMs, nowMs, allowedMs }: TimeMismatch): ServiceError {
    const [signedAt, latest, now] = [signedAtMs, nowMs + allowedMs, nowMs].map(formatBasicTime);
    return this.invalid(
      `Signature not yet current: ${signedAt} is still later than ${latest} (${now} + ${inMinutes(allowedMs)} min.)`,
    );
  }

  headersNotSigned(names: readonly string[]): ServiceError {
    const which = names[0] === 'host' ? `'Host' or ':authority'` : `'${names.join(`', '`)}'`;
    return this.invalid(`${which} must be a 'SignedHeader' in the AWS Authorization.`);
  }

  wrongScopeDate(_place: 'header' | 'query', scopeDate: string, requestTime: string): ServiceError {
    return this.invalid(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${scopeDate}' != ` +
        `'${requestTime.slice(0, 8)}', from '${requestTime}'.`,
    );
  }

  wrongScopeService(expected: string): ServiceError {
    return this.invalid(`Credential should be scoped to correct service: '${expected}'. `);
  }

  private invalid(message: string): ServiceError {
    return this.refused(this.isQuery ? 'SignatureDoesNotMatch' : 'InvalidSignatureException', message);
  }

  private refused(code: string, message: string): ServiceError {
    return new ServiceError(code, message, this.refusedStatus);
  }
}

const inMinutes = (durationMs: number): number => Math.round(durationMs / 60_000);
