/** A modelled error: AWS's type name, its fault and HTTP status, and the members beside the message. */
export class ServiceError extends Error {
  constructor(
    /** The shape's name, e.g. `TextSizeLimitExceededException`; what `__type` and `<Code>` carry. */
    readonly code: string,
    message: string,
    readonly status = 400,
    /** Members beyond the message, by wire name. */
    readonly members: Readonly<Record<string, unknown>> = {},
    /** Extra response headers, e.g. `retry-after`. */
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = code;
  }

  /** Whose fault it is: the caller's below 500, ours from there. */
  get fault(): 'client' | 'server' {
    return this.status >= 500 ? 'server' : 'client';
  }
}

/** 501: an operation without a handler. Clients do not retry it. */
export const notImplementedError = (service: string, operation: string, reason: string): ServiceError =>
  new ServiceError('NotImplemented', `Lantern does not implement ${service} ${operation} yet: ${reason}`, 501);

/** 500: anything unexpected. The details are in the log under the request id. */
export const internalFailure = (requestId: string): ServiceError =>
  new ServiceError('InternalFailure', `Internal failure; the log has details under request id ${requestId}`, 500);
