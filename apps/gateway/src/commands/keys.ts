import type { IdentityStore } from '@lantern/store';
import type { CommandLine } from '../command-line.js';
import { parseConfig, projectRoot, type Environment } from '../config.js';
import { openIdentity } from '../resources.js';

/** `lantern keys list | create [--account ID] [--api] | revoke ID`, also while the suite runs. */
export async function keys({ positionals, values }: CommandLine, env: Environment): Promise<number> {
  const [, verb = 'list', id] = positionals;
  const { database, identity } = await openIdentity(parseConfig(env, projectRoot));
  try {
    switch (verb) {
      case 'list':
        return await list(identity, values.account);
      case 'create':
        return await create(identity, values.account, values.api ?? false);
      case 'revoke':
        if (id) return await revoke(identity, id);
    }
    console.error('lantern keys list | create [--account ID] [--api] | revoke ID');
    return 2;
  } finally {
    await database.close();
  }
}

async function list(identity: IdentityStore, account: string | undefined): Promise<number> {
  const all = [
    ...(await identity.listAccessKeys(account)).map((key) => ({ kind: 'access key', ...key })),
    ...(await identity.listApiKeys(account)).map((key) => ({ kind: 'API key', ...key })),
  ];
  for (const { kind, id, account, createdAt } of all)
    console.log(`${id}\t${kind}\t${account}\t${createdAt.toISOString()}`);
  return 0;
}

/** The secret is shown this once; only its hash, or its sealed form, is kept. */
async function create(identity: IdentityStore, account: string | undefined, api: boolean): Promise<number> {
  const owner = account ?? (await identity.listAccounts())[0]?.id;
  if (owner === undefined) {
    console.error('There is no account yet: start the suite once, or `lantern accounts create NAME`.');
    return 1;
  }
  if (api) {
    console.log(`export LANTERN_API_KEY=${(await identity.createApiKey(owner)).key}`);
    return 0;
  }
  const { accessKeyId, secretAccessKey } = await identity.createAccessKey(owner);
  console.log(`export AWS_ACCESS_KEY_ID=${accessKeyId}\nexport AWS_SECRET_ACCESS_KEY=${secretAccessKey}`);
  return 0;
}

async function revoke(identity: IdentityStore, id: string): Promise<number> {
  if ((await identity.revokeAccessKey(id)) || (await identity.revokeApiKey(id))) {
    console.log(`${id} is revoked; running processes stop accepting it within five seconds`);
    return 0;
  }
  console.error(`There is no key ${id}`);
  return 1;
}
