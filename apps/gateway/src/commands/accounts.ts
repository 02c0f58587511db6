import type { CommandLine } from '../command-line.js';
import { parseConfig, projectRoot, type Environment } from '../config.js';
import { openIdentity } from '../resources.js';

/** `lantern accounts list | create NAME`, also while the suite runs. */
export async function accounts({ positionals }: CommandLine, env: Environment): Promise<number> {
  const [, verb = 'list', name] = positionals;
  const { database, identity } = await openIdentity(parseConfig(env, projectRoot));
  try {
    if (verb === 'create' && name) {
      const { id } = await identity.createAccount(name);
      console.log(id);
      return 0;
    }
    if (verb === 'list') {
      for (const { id, name, createdAt } of await identity.listAccounts())
        console.log(`${id}\t${name}\t${createdAt.toISOString()}`);
      return 0;
    }
    console.error('lantern accounts list | create NAME');
    return 2;
  } finally {
    await database.close();
  }
}
