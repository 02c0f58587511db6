import { parseArgs } from 'node:util';
import { accounts } from './commands/accounts.js';
import { doctor } from './commands/doctor.js';
import { keys } from './commands/keys.js';
import { models } from './commands/models.js';
import { start } from './commands/start.js';
import { ConfigurationError, type Environment } from './config.js';

const usage = `lantern: AWS-compatible AI services on your own machine

  lantern start [--role http|worker|both] [--services a,b] [--host H] [--port P] [--data-dir D] [--open]
  lantern doctor                         what is wrong with this machine, and what to do
  lantern accounts list | create NAME
  lantern keys list | create [--account ID] [--api] | revoke ID
  lantern models list | verify

Every option is also a setting: docs/reference/configuration.md`;

/** Options that stand for settings. */
const asSettings = {
  role: 'LANTERN_ROLE',
  services: 'LANTERN_SERVICES',
  host: 'LANTERN_HOST',
  port: 'LANTERN_PORT',
  'data-dir': 'LANTERN_DATA_DIR',
} as const;

function parse(argv: string[]) {
  return parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      role: { type: 'string' },
      services: { type: 'string' },
      host: { type: 'string' },
      port: { type: 'string' },
      'data-dir': { type: 'string' },
      open: { type: 'boolean' },
      account: { type: 'string' },
      api: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
}

export type CommandLine = ReturnType<typeof parse>;

function environment({ values }: CommandLine): Environment {
  const env: Record<string, string | undefined> = { ...process.env };
  for (const [option, name] of Object.entries(asSettings)) {
    const value = values[option as keyof typeof asSettings];
    if (value !== undefined) env[name] = value;
  }
  if (values.open) env.LANTERN_AUTH = 'open';
  return env;
}

const commands: Readonly<Record<string, (line: CommandLine, env: Environment) => Promise<number>>> = {
  start,
  doctor,
  accounts,
  keys,
  models,
};

async function main(argv: string[]): Promise<number> {
  const line = parse(argv);
  const [name = 'help'] = line.positionals;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (line.values.help || !command) {
    console.log(usage);
    return name === 'help' || line.values.help ? 0 : 2;
  }
  return command(line, environment(line));
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const expected =
    error instanceof ConfigurationError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
  console.error(expected ? (error as Error).message : error);
  process.exitCode = 1;
}
