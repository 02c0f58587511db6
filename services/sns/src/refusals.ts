import { AuthorizationErrorException, InvalidParameterException } from './api/index.js';

/** SNS's refusal of a parameter. @param what its name, or the whole complaint where there is no `reason` */
export const invalidParameter = (what: string, reason?: string): InvalidParameterException =>
  new InvalidParameterException(`Invalid parameter: ${what}${reason === undefined ? '' : ` Reason: ${reason}`}`);

/** SNS's refusal of what belongs to another account; it looks the same whether the thing exists or not. */
export const notAuthorized = (principalArn: string, operation: string, resource: string): AuthorizationErrorException =>
  new AuthorizationErrorException(
    `User: ${principalArn || 'anonymous'} is not authorized to perform: SNS:${operation} on resource: ${resource}`,
  );
