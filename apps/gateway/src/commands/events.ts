import { readFile } from 'node:fs/promises';
import { DeliveryChains, EventRules } from '@lantern/events';
import type { CommandLine } from '../command-line.js';
import { parseConfig, projectRoot, type Environment } from '../config.js';
import { openIdentity } from '../resources.js';

const usage = `lantern events rules list   [--account ID] [--region R]
lantern events rules put NAME --pattern JSON|@FILE --target ARN [--target ARN ...] [--description TEXT] [--account ID] [--region R]
lantern events rules remove NAME [--account ID] [--region R]
lantern events failed       [--account ID]`;

/** Most deliveries that `failed` shows. */
const MAX_SHOWN = 100;

/** `lantern events rules put|list|remove` and `lantern events failed`, also while the suite runs. */
export async function events({ positionals, values }: CommandLine, env: Environment): Promise<number> {
  const [, subject, verb = 'list', name] = positionals;
  const config = parseConfig(env, projectRoot);
  const { database, identity } = await openIdentity(config);
  try {
    const account = values.account ?? (await identity.listAccounts())[0]?.id;
    if (account === undefined) {
      console.error('There is no account yet: start the suite once, or `lantern accounts create NAME`.');
      return 1;
    }
    const scope = { account, region: values.region ?? config.region };
    if (subject === 'failed') return await listFailed(new DeliveryChains(database), account);
    const rules = new EventRules(database);
    if (subject === 'rules' && verb === 'list') return await list(rules, scope);
    if (subject === 'rules' && verb === 'put' && name && values.pattern && values.target) {
      const { description, target: targets } = values;
      await rules.put(scope, { name, description, pattern: await readPattern(values.pattern), targets });
      return 0;
    }
    if (subject === 'rules' && verb === 'remove' && name) return await remove(rules, scope, name);
    console.error(usage);
    return 2;
  } finally {
    await database.close();
  }
}

type Scope = Parameters<EventRules['list']>[0];

/** JSON, or `@` and a file that holds it. */
const readPattern = async (text: string): Promise<string> =>
  text.startsWith('@') ? (await readFile(text.slice(1), 'utf8')).trim() : text;

async function list(rules: EventRules, scope: Scope): Promise<number> {
  for (const { name, pattern, targets } of await rules.list(scope))
    console.log(`${name}\t${pattern}\t${targets.join(' ')}`);
  return 0;
}

async function remove(rules: EventRules, scope: Scope, name: string): Promise<number> {
  if (await rules.remove(scope, name)) return 0;
  console.error(`There is no rule ${name} in account ${scope.account}, region ${scope.region}`);
  return 1;
}

async function listFailed(chains: DeliveryChains, account: string): Promise<number> {
  for (const { failed_at: failedAt, target, failure, body } of await chains.failed(account, MAX_SHOWN))
    console.log(`${failedAt?.toISOString()}\t${target}\t${failure}\t${body}`);
  return 0;
}
