import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { generateConfigurationPages } from './generate/configuration.js';
import { GeneratedFiles } from './generate/files.js';
import { generateReadmes } from './generate/readme.js';
import { fetchModels, findEdited, generateWire } from './generate/wire.js';

/**
 * `npm run generate [-- --models <folder> | --fetch] [--check]`: the wire from Smithy models, README tables, the
 * configuration page. `--check` writes nothing and lists what is stale.
 */
async function main(): Promise<void> {
  const root = join(import.meta.dirname, '..', '..', '..');
  const { values } = parseArgs({
    options: { models: { type: 'string' }, fetch: { type: 'boolean' }, check: { type: 'boolean' } },
  });
  const check = values.check ?? false;
  const files = new GeneratedFiles(check);
  const models = values.models ?? (values.fetch ? join(tmpdir(), 'lantern-aws-models') : undefined);
  if (values.fetch && models && !existsSync(models)) await fetchModels(models);
  if (models) generateWire(root, models, files);
  else files.stale.push(...findEdited(root));
  await generateReadmes(root, files);
  await generateConfigurationPages(root, files);

  const paths = files.stale.map((path) => relative(root, path));
  if (!check)
    return void console.log(paths.length ? `generated:\n  ${paths.join('\n  ')}` : 'everything was up to date');
  if (paths.length === 0) return;
  console.error(`stale or edited by hand; run \`npm run generate\`:\n  ${paths.join('\n  ')}`);
  process.exitCode = 1;
}

await main();
