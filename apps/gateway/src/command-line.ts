import { parseArgs } from 'node:util';
import type { Environment } from './config.js';

/** Options that stand for settings. */
const asSettings = {
  role: 'LANTERN_ROLE',
  services: 'LANTERN_SERVICES',
  host: 'LANTERN_HOST',
  port: 'LANTERN_PORT',
  'data-dir': 'LANTERN_DATA_DIR',
  mirror: 'LANTERN_MODELS_MIRROR',
  from: 'LANTERN_MODELS_FOLDER',
} as const;

/** @throws TypeError with a code `ERR_PARSE_ARGS_…` for options that nobody knows */
export function parseCommandLine(argv: string[]) {
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
      region: { type: 'string' },
      pattern: { type: 'string' },
      target: { type: 'string', multiple: true },
      description: { type: 'string' },
      mirror: { type: 'string' },
      from: { type: 'string' },
      json: { type: 'boolean' },
      installed: { type: 'boolean' },
      task: { type: 'string' },
      entry: { type: 'string' },
      out: { type: 'string' },
      measure: { type: 'boolean' },
      layers: { type: 'boolean' },
      half: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
}

export type CommandLine = ReturnType<typeof parseCommandLine>;

/** The settings: the environment, and over it what the command line says. */
export function environmentOf({ values }: CommandLine): Environment {
  const env: Record<string, string | undefined> = { ...process.env };
  for (const [option, name] of Object.entries(asSettings)) {
    const value = values[option as keyof typeof asSettings];
    if (value !== undefined) env[name] = value;
  }
  if (values.open) env.LANTERN_AUTH = 'open';
  return env;
}
