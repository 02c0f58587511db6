import { openDatabase, openIdentityStore } from '@lantern/store';
import type { SuiteParts } from './suite.js';

/**
 * An installation that runs already, for the contract tests to call instead of suites of their own: the JSON of this in
 * the variable CONTRACT_TARGET. The tests make accounts in its database.
 */
export interface ContractTarget {
  /** Where clients connect; each new connection may reach another process. */
  readonly url: string;
  readonly databaseUrl: string;
  /** Folder with the installation's master key. */
  readonly dataDir: string;
}

export function contractTarget(): ContractTarget | undefined {
  const text = process.env['CONTRACT_TARGET'];
  // Whoever sets the variable writes what `ContractTarget` says.
  return text === undefined || text === '' ? undefined : (JSON.parse(text) as ContractTarget);
}

/** Joins the installation with a new account, so that suites of tests run beside one another as on suites of their own. */
export async function joinInstallation(target: ContractTarget, name: string): Promise<SuiteParts> {
  const database = await openDatabase({ dataDir: target.dataDir, url: target.databaseUrl, poolSize: 1 });
  const identity = await openIdentityStore({ database, dataDir: target.dataDir });
  const { id: account } = await identity.createAccount(name);
  const [key, { key: apiKey }] = await Promise.all([identity.createAccessKey(account), identity.createApiKey(account)]);
  return { url: target.url, credentials: { account, ...key, apiKey }, identity, close: () => database.close() };
}
