import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ServiceDefinition } from '@lantern/aws-protocol';
import { tableCell, type GeneratedFiles } from './files.js';

/** Service definitions that a compiled package exports; none where it is not built. */
async function definitionsOf(root: string, service: string): Promise<ServiceDefinition[]> {
  const path = join(root, 'services', service, 'dist', 'index.js');
  if (!existsSync(path)) return [];
  const exported = (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  return Object.values(exported).filter(
    (value): value is ServiceDefinition =>
      typeof value === 'object' && value !== null && 'api' in value && 'table' in value,
  );
}

const isDone = (entry: unknown) => typeof entry === 'function';

function operationsTable({ api, table }: ServiceDefinition): string {
  const names = Object.keys(api.operations);
  const done = names.filter((name) => isDone(table[name]));
  const byReason = new Map<string, string[]>();
  for (const name of names) {
    const entry = table[name];
    if (entry === undefined || typeof entry === 'function') continue;
    byReason.set(entry.notImplemented, [...(byReason.get(entry.notImplemented) ?? []), name]);
  }
  const code = (list: string[]) => list.map((name) => `\`${name}\``).join(', ');
  const rows = [
    ...(done.length ? [`| done | ${code(done)} | |`] : []),
    ...[...byReason].map(([reason, list]) => `| not done | ${code(list)} | ${tableCell(reason)} |`),
  ];
  return [
    `**${api.sdkId}**: ${done.length} of ${names.length} operations.`,
    '',
    '| state | operations | why not |',
    '| --- | --- | --- |',
    ...rows,
  ].join('\n');
}

/** Refreshes each service's table of operations and the root README's table of services. */
export async function generateReadmes(root: string, files: GeneratedFiles): Promise<void> {
  const rows: string[] = [];
  for (const service of readdirSync(join(root, 'services')).sort()) {
    const definitions = await definitionsOf(root, service);
    if (definitions.length === 0) continue;
    definitions.sort((a, b) => (a.api.name < b.api.name ? -1 : 1));
    const page = join(root, 'services', service, 'README.md');
    const hasRegion = files.putRegion(page, 'operations', definitions.map(operationsTable).join('\n\n'));
    // A service without its table would hide what is not done.
    if (!hasRegion) files.problems.push(`${page}: lacks the marks of the generated table of operations`);
    for (const { api, table } of definitions) {
      const names = Object.keys(api.operations);
      const done = names.filter((name) => isDone(table[name]));
      rows.push(
        `| [${api.sdkId}](services/${service}/README.md) | ${done.length} | ${names.length - done.length} | ${api.protocols.join(', ')} |`,
      );
    }
  }
  files.putRegion(
    join(root, 'README.md'),
    'services',
    ['| service | operations done | not done | protocol |', '| --- | --- | --- | --- |', ...rows].join('\n'),
  );
}
