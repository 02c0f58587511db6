import type { Call } from './call.js';
import type { InputOf, Operation, OutputOf, ServiceApi } from './schema.js';

/** Answers one operation. It sees a valid, typed request and never HTTP. */
export interface Handler<Op> {
  handle(input: InputOf<Op>, call: Call): Promise<OutputOf<Op>>;
}

/** A class that Nest can construct and that fulfils `Handler<Op>`. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- constructor parameters are Nest's business
export type HandlerClass<Op> = abstract new (...args: any[]) => Handler<Op>;

/** Why an operation has no handler; the sentence reaches the client and the README. */
export interface NotImplemented {
  readonly notImplemented: string;
}

/** Marks an operation as not done. `reason` is a sentence fragment a user can act on. */
export const notImplemented = (reason: string): NotImplemented => ({ notImplemented: reason });

export type OperationTable<Ops extends Record<string, Operation>> = {
  readonly [Name in keyof Ops]: HandlerClass<Ops[Name]> | NotImplemented;
};

/** A mounted service: its API and, per operation, a handler class or the reason there is none. */
export interface ServiceDefinition {
  readonly api: ServiceApi;
  readonly table: Readonly<Record<string, HandlerClass<Operation> | NotImplemented>>;
  /** Operations that may also be called without a signature; the caller is then `anonymous`. */
  readonly unsigned?: ReadonlySet<string>;
  /** Files that anyone may read, without a signature. */
  readonly publicFiles?: PublicFiles;
}

/** A file that anyone may read. */
export interface PublicFile {
  readonly contentType: string;
  readonly content: string;
}

/** Reads the public files of a service. */
export interface PublicFileSource {
  /** @param path as it was sent; undefined where there is no such file */
  read(path: string): Promise<PublicFile | undefined>;
}

interface PublicFiles {
  /** Which paths are such files; nothing else may have these paths. */
  readonly path: RegExp;
  /** A class that Nest can construct. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- constructor parameters are Nest's business
  readonly source: abstract new (...args: any[]) => PublicFileSource;
}

/** What of a service is open to callers without a signature; nothing unless it is listed. */
export interface ServiceOptions<Ops> {
  readonly unsigned?: readonly (keyof Ops & string)[];
  readonly publicFiles?: PublicFiles;
}

/** Joins an API with its table. A missing or misspelt operation does not compile. */
export function defineService<Ops extends Record<string, Operation>>(
  api: ServiceApi<Ops>,
  table: OperationTable<Ops>,
  { unsigned = [], ...options }: ServiceOptions<Ops> = {},
): ServiceDefinition {
  // Handlers are contravariant in their input; the pipeline feeds each one only what its own schema admitted.
  return { api, table: table, unsigned: new Set(unsigned), ...options };
}

/** The same reason for every operation of an API not yet begun; `done` overrides some of them. */
export function defineUnstartedService<Ops extends Record<string, Operation>>(
  api: ServiceApi<Ops>,
  reason: string,
): ServiceDefinition {
  return { api, table: Object.fromEntries(Object.keys(api.operations).map((name) => [name, notImplemented(reason)])) };
}
