/** For whom a service calls another one, and what it may say that the wire cannot. */
export interface InternalCaller {
  /** Twelve digits; the call sees what this account sees. */
  readonly account: string;
  readonly region: string;
  /**
   * Messages of one group reach a target in their order. Reaches the handler as `call.internal.groupId`; no request from
   * outside can set it.
   */
  readonly groupId?: string;
  /** Aborts the call. @default never */
  readonly signal?: AbortSignal;
}

/**
 * How services reach each other, and how the suite reaches its own services: through the operation table, as a request
 * would, without HTTP and without a signature. The gateway provides it; inject the class.
 */
export abstract class OperationCaller {
  /**
   * Validates `input` against the operation's model and runs its handler.
   * @param serviceName an API's name, e.g. `sns` or `personalize-runtime`
   * @param input in AWS's spelling, as the operation's generated request type has it
   * @returns the operation's output
   * @throws ServiceError as a request would be answered with, 501 where the operation has no handler
   */
  abstract call(serviceName: string, operationName: string, input: object, caller: InternalCaller): Promise<object>;
}
