/** What is the same for all jobs of one kind. `Request` and `Outcome` exist in types only; both travel as JSON. */
export interface JobDefinition<Request = unknown, Outcome = unknown> {
  /** Also the name of its queue: letters, digits, dots and hyphens, e.g. `comprehend.dominant-language`. */
  readonly name: string;
  /** Jobs that one process runs at once. */
  readonly concurrency: number;
  /** How often a job may fail before it has failed. */
  readonly attempts: number;
  /** Milliseconds until the second attempt; twice as many before each further one. */
  readonly backoffMs: number;
  /** Milliseconds that one attempt may take. */
  readonly timeoutMs: number;
  readonly __request?: Request;
  readonly __outcome?: Outcome;
}

/**
 * Defines a kind of job. Keep it beside its runner.
 * @throws Error for a name that cannot be a queue's
 * @example
 * const job = defineJob<Request, Outcome>({
 *   name: 'comprehend.dominant-language', concurrency: 2, attempts: 3, backoffMs: 1_000, timeoutMs: 3_600_000,
 * });
 */
export function defineJob<Request, Outcome>(definition: JobDefinition<Request, Outcome>) {
  if (!/^[a-z0-9][a-z0-9.-]*$/i.test(definition.name)) throw new Error(`${definition.name} cannot be a queue's name`);
  return definition;
}
