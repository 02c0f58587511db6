import { randomUUID } from 'node:crypto';
import {
  notImplementedError,
  OperationCaller,
  ServiceError,
  validate,
  type Call,
  type Handler,
  type InternalCaller,
  type Operation,
  type ServiceDefinition,
} from '@lantern/aws-protocol';

/** Finds the handler of an operation, or undefined where this process has none. */
export type HandlerLookup = (known: {
  readonly service: ServiceDefinition;
  readonly operation: Operation;
}) => Handler<Operation> | undefined;

/** Services that every process can call, also where they are not served: the suite itself needs them. */
export const internalFolders = ['s3', 'sns', 'sqs', 'sts'] as const;

/** Aborts never. One for all calls: nothing is ever added to it. */
const never = new AbortController().signal;

/** Calls operations through the tables, as the pipeline does once a request is read. */
export class TableCaller extends OperationCaller {
  private readonly services: ReadonlyMap<string, ServiceDefinition>;
  private handlerOf: HandlerLookup | undefined;

  constructor(services: readonly ServiceDefinition[]) {
    super();
    this.services = new Map(services.map((service) => [service.api.name, service]));
  }

  /** Handlers are made after this: they may have it injected. */
  bind(handlerOf: HandlerLookup): void {
    this.handlerOf = handlerOf;
  }

  async call(serviceName: string, operationName: string, input: object, caller: InternalCaller): Promise<object> {
    const service = this.services.get(serviceName);
    const operation = service?.api.operations[operationName];
    if (!service || !operation)
      throw new ServiceError('UnknownOperationException', `There is no operation ${operationName} of ${serviceName}`);
    const entry = service.table[operationName];
    const reason = entry && 'notImplemented' in entry ? entry.notImplemented : 'this process does not serve it';
    const handler = this.handlerOf?.({ service, operation });
    if (!handler) throw notImplementedError(service.api.sdkId, operationName, reason);
    // Members are looked up by name; a validated input has no others that matter.
    validate(service.api, operation, input);
    const output = await handler.handle(input, callOf(serviceName, operationName, caller));
    return output ?? {};
  }
}

/** The suite calls as the account's root. */
function callOf(
  service: string,
  operation: string,
  { account, region, groupId, signal = never }: InternalCaller,
): Call {
  return {
    requestId: randomUUID(),
    service,
    operation,
    principal: { account, arn: `arn:aws:iam::${account}:root`, userId: account, accessKeyId: '' },
    account,
    region,
    origin: 'http://localhost',
    headers: {},
    internal: groupId === undefined ? {} : { groupId },
    signal,
    abandonment: signal,
    note: () => undefined,
    setHeader: () => undefined,
  };
}
