import { ServiceError } from '../errors.js';
import type { Operation, ServiceApi } from '../schema.js';
import { describeViolation, describeViolations, type Violations } from './violations.js';

/** Services whose validation errors are not called ValidationException. */
const errorNames: ReadonlyMap<string, string> = new Map([
  ['transcribe', 'BadRequestException'],
  ['transcribe-streaming', 'BadRequestException'],
  ['lex-runtime-service', 'BadRequestException'],
  ['sts', 'ValidationError'],
  ['sns', 'InvalidParameter'],
  ['sqs', 'InvalidParameterValueException'],
]);

/** What the service calls its error about a bad request. */
export const refusalName = ({ name }: ServiceApi): string => errorNames.get(name) ?? 'ValidationException';

/** The service's own error about a request that breaks its model's constraints. */
export function refusal(api: ServiceApi, operation: Operation, violations: Violations): ServiceError {
  if (api.name === 's3') return refuseS3(api, operation, violations);
  const [first] = violations.list;
  // Comprehend words a lone enumeration error without the usual prefix, and without the space.
  if (api.name === 'comprehend' && first?.kind === 'enum' && violations.count === 1)
    return new ServiceError('ValidationException', describeViolation(first).replace("' failed to", "'failed to"));
  if (api.name === 'sqs' && first?.kind === 'required')
    return new ServiceError(
      'MissingRequiredParameterException',
      `The request must contain the parameter ${capitalised(first.path)}.`,
    );
  // SQS's only enumerations are names of attributes.
  if (api.name === 'sqs' && (first?.kind === 'enum' || first?.kind === 'members'))
    return new ServiceError(
      'InvalidAttributeName',
      `Unknown Attribute ${first.value?.replace(/^[[{]|(=.*)?[\]}]$/g, '')}.`,
    );
  return new ServiceError(refusalName(api), describeViolations(violations));
}

const capitalised = (path: string) => path.charAt(0).toUpperCase() + path.slice(1);

/** S3 blames the document where the bad member is in the body, and names the argument where it is not. */
function refuseS3(api: ServiceApi, operation: Operation, { list }: Violations): ServiceError {
  const [first] = list;
  const input = api.shapes[operation.input];
  const [step = ''] = first?.path.split('.') ?? [];
  const member = input?.type === 'structure' ? input.members[capitalised(step)] : undefined;
  if (!first || !member?.binding || member.binding.in === 'payload')
    return new ServiceError(
      'MalformedXML',
      'The XML you provided was not well-formed or did not validate against our published schema',
    );
  const name = 'name' in member.binding ? member.binding.name : capitalised(step);
  if (first.kind === 'required')
    return new ServiceError('InvalidRequest', `Missing required argument for this request: ${name}`);
  if (name === 'x-amz-storage-class')
    return new ServiceError('InvalidStorageClass', 'The storage class you specified is not valid');
  return new ServiceError('InvalidArgument', describeViolation(first), 400, {
    ArgumentName: name,
    ...(first.value === undefined ? {} : { ArgumentValue: first.value }),
  });
}
