import { ServiceError } from '../errors.js';
import { parseQuery } from '../protocols/rest-bindings.js';
import type { Operation } from '../schema.js';
import type { ServiceDefinition } from '../service.js';

/** Whether a service answers the query protocol; SQS does beside JSON, for old clients. */
export const speaksQuery = ({ api }: ServiceDefinition): boolean =>
  api.protocols.includes('awsQuery') || api.awsQueryCompatible === true;

/** What a form asks for. */
export interface QueryAction {
  readonly action: string;
  readonly version: string | undefined;
}

/** Finds `Action` and `Version` in a query or form; undefined where it has no action. */
export function readAction(form: string): QueryAction | undefined {
  if (!/(?:^|&)Action=/.test(form)) return undefined;
  let action: string | undefined;
  let version: string | undefined;
  for (const [key, value] of parseQuery(form)) {
    if (key === 'Action') action = value;
    else if (key === 'Version') version = value;
  }
  return action === undefined ? undefined : { action, version };
}

/**
 * Chooses the service of an action among those that the scope allows: the one of that version that has the operation.
 * @throws ServiceError InvalidAction, in AWS's words, where none has it
 */
export function chooseByAction(
  services: readonly ServiceDefinition[],
  { action, version }: QueryAction,
): { service: ServiceDefinition; operation: Operation } {
  const ofVersion = services.filter(({ api }) => version === undefined || api.version === version);
  for (const service of ofVersion.length > 0 ? ofVersion : services) {
    const { operations } = service.api;
    const operation = Object.hasOwn(operations, action) ? operations[action] : undefined;
    if (operation) return { service, operation };
  }
  const shown = action.slice(0, 128);
  throw new ServiceError(
    'InvalidAction',
    `Could not find operation ${shown}${version === undefined ? '' : ` for version ${version.slice(0, 32)}`}`,
  );
}
