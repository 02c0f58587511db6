// Before any decorated class, also in the bundle, where a file's imports may run in another order.
import 'reflect-metadata';
import { environmentOf, parseCommandLine, type CommandLine } from './command-line.js';
import { ConfigurationError, type Environment } from './config.js';

const usage = `lantern: AWS-compatible AI services on your own machine

  lantern start [--role http|worker|both] [--services a,b] [--host H] [--port P] [--data-dir D] [--open]
  lantern doctor                         what is wrong with this machine, and what to do
  lantern accounts list | create NAME
  lantern keys list | create [--account ID] [--api] | revoke ID
  lantern models list | show NAME | pull NAME | verify | rm NAME | compile SOURCE
  lantern events rules list | put NAME --pattern JSON --target ARN | remove NAME
  lantern events failed                  what could not be delivered

Every option is also a setting: docs/reference/configuration.md`;

type Command = (line: CommandLine, env: Environment) => Promise<number>;

/** Each command loads only what it needs: a list of models should not wait for the whole suite. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('./commands/start.js')).start,
  doctor: async () => (await import('./commands/doctor.js')).doctor,
  accounts: async () => (await import('./commands/accounts.js')).accounts,
  keys: async () => (await import('./commands/keys.js')).keys,
  models: async () => (await import('./commands/models.js')).models,
  events: async () => (await import('./commands/events.js')).events,
};

async function main(argv: string[]): Promise<number> {
  const line = parseCommandLine(argv);
  const [name = 'help'] = line.positionals;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (line.values.help || !command) {
    console.log(usage);
    return name === 'help' || line.values.help ? 0 : 2;
  }
  return (await command())(line, environmentOf(line));
}

const explained = new Set([
  'ArchiveError',
  'CatalogueError',
  'CompileSourceError',
  'EventRuleError',
  'ManifestError',
  'ModelMissingError',
  'PackageMissingError',
  'PullError',
  'WrongContentError',
]);

/** Mistakes that the operator can mend: their sentence says how, and a stack would bury it. */
const isExplained = (error: unknown): error is Error =>
  error instanceof ConfigurationError ||
  (error instanceof Error &&
    (explained.has(error.name) || ('code' in error && /^(ERR_PARSE_ARGS|EADDRINUSE|EACCES)/.test(String(error.code)))));

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(isExplained(error) ? error.message : error);
  process.exitCode = 1;
}
