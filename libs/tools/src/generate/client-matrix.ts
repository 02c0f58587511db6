import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tableCell, type GeneratedFiles } from './files.js';

/** `results/clients.json`, as test/clients/client-matrix.e2e.spec.ts writes it. */
interface ClientResults {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly calls: readonly string[];
  readonly runs: readonly {
    readonly client: string;
    readonly version: string;
    readonly transport: string;
    /** By call; `ok`, or what went wrong. */
    readonly outcomes: Readonly<Record<string, string>>;
  }[];
}

/** The table of clients and transports, with what did not work written out below. */
export function clientMatrix({ date, calls, runs }: ClientResults): string {
  const transports = [...new Set(runs.map(({ transport }) => transport))];
  const clients = [...new Set(runs.map(({ client, version }) => `${client} ${version}`))];
  const cell = (name: string, transport: string) => {
    const run = runs.find((one) => `${one.client} ${one.version}` === name && one.transport === transport);
    if (!run) return '–';
    return `${calls.filter((call) => run.outcomes[call] === 'ok').length} of ${calls.length}`;
  };
  const failures = runs.flatMap(({ client, transport, outcomes }) =>
    calls
      .filter((call) => outcomes[call] !== 'ok')
      .map((call) => `- ${client}, ${transport}: ${call}: ${tableCell(outcomes[call] ?? 'not made')}`),
  );
  return [
    `| client | ${transports.join(' | ')} |`,
    `| --- |${' --- |'.repeat(transports.length)}`,
    ...clients.map((name) => `| ${name} | ${transports.map((transport) => cell(name, transport)).join(' | ')} |`),
    '',
    `Calls that worked, on ${date}: ${calls.join('; ')}. A dash: the client does not speak it.`,
    ...(failures.length ? ['', ...failures] : []),
  ].join('\n');
}

/** Refreshes the root README's table of clients from the committed results of the test that ran them. */
export function generateClientMatrix(root: string, files: GeneratedFiles): void {
  const results = join(root, 'results', 'clients.json');
  if (!existsSync(results)) {
    files.problems.push(
      `${results}: is not there; \`npm run test:e2e\` writes it where boto3 and the aws CLI are installed`,
    );
    return;
  }
  const page = join(root, 'README.md');
  // Written by our own test.
  const text = clientMatrix(JSON.parse(readFileSync(results, 'utf8')) as ClientResults);
  if (!files.putRegion(page, 'clients', text)) files.problems.push(`${page}: lacks the marks of the table of clients`);
}
