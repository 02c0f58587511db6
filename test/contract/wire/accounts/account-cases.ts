import type { KeyPair, Suite } from '../../../support/suite.js';

/** What an owner has, and how a stranger asks for it. */
export interface OwnersThings {
  /** What the stranger sends to an operation: the owner's names, and whatever else makes the call valid. */
  readonly inputOf: (operation: string) => object;
  /** Calls an operation with the stranger's key. */
  readonly callAsStranger: (operation: string, input: object) => Promise<unknown>;
}

/** How the operations of one service are shown to be apart. */
export interface AccountCases {
  /** Name of the API, as its definition has it. */
  readonly service: string;
  /** Operations that name no resource, with what they do instead. */
  readonly namesNothing: Readonly<Record<string, string>>;
  /** The errors that say that there is no such thing; nothing else will do. */
  readonly notThere: readonly string[];
  readonly prepare: (suite: Suite, stranger: KeyPair) => Promise<OwnersThings>;
}

/** A command of an AWS client, by the name of its operation. */
export type Command = new (input: object) => object;

/**
 * @param commands all exports of an AWS client
 * @throws Error for an operation that the client has not
 */
export function commandOf(commands: object, operation: string): Command {
  // Every export of this name is a command.
  const found = (commands as Record<string, Command | undefined>)[`${operation}Command`];
  if (!found) throw new Error(`no client command for ${operation}`);
  return found;
}

/** A client as all of AWS's are, when it does not matter which command it gets. */
export interface AnyClient {
  send(command: object): Promise<unknown>;
}
