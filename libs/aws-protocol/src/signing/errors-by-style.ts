import type { HttpRequest } from '../http.js';
import type { ErrorStyle } from './authentication.js';
import { S3SigningErrors } from './s3-signing-errors.js';
import { SharedSigningErrors } from './shared-signing-errors.js';
import type { SigningErrors } from './signing-errors.js';

/** JSON services answer 400 where REST and query services answer 403. */
const s3 = new S3SigningErrors();
const sts = new SharedSigningErrors('query');
const json = new SharedSigningErrors('json');
const rest = new SharedSigningErrors('rest');

/** The errors in the words of the service that was called. */
export function signingErrors(style: ErrorStyle, request: HttpRequest): SigningErrors {
  if (style === 's3') return s3;
  if (style === 'sts') return sts;
  return request.headers['x-amz-target'] === undefined ? rest : json;
}
