import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { generateClientMatrix } from './generate/client-matrix.js';
import { generateConfigurationPages } from './generate/configuration.js';
import { GeneratedFiles } from './generate/files.js';
import { generateModelsPage } from './generate/models-page.js';
import { generateReadmes } from './generate/readme.js';
import { modelsCommit } from './generate/services.js';
import { fetchModels, findEdited, generateWire } from './generate/wire.js';

/**
 * `npm run generate [-- --models <folder> | --fetch] [--check]`: the wire from Smithy models, README tables, the
 * pages of settings and models. `--check` writes nothing and lists what is stale.
 */
async function main(): Promise<void> {
  const root = join(import.meta.dirname, '..', '..', '..');
  const { values } = parseArgs({
    options: { models: { type: 'string' }, fetch: { type: 'boolean' }, check: { type: 'boolean' } },
  });
  const { check = false } = values;
  const files = new GeneratedFiles(check);
  const models = values.models ?? (values.fetch ? join(tmpdir(), `lantern-aws-models-${modelsCommit}`) : undefined);
  if (values.fetch && models) await fetchModels(models);
  if (models) generateWire(root, models, files);
  else files.problems.push(...findEdited(root).map((path) => `${path}: not as generated; needs --models or --fetch`));
  await generateReadmes(root, files);
  generateClientMatrix(root, files);
  await generateConfigurationPages(root, files);
  await generateModelsPage(root, files);

  report(root, files, check);
}

function report(root: string, { stale, problems }: GeneratedFiles, check: boolean): void {
  const lines = (paths: readonly string[]) => paths.map((path) => `\n  ${relative(root, path)}`).join('');
  if (stale.length > 0 && check) console.error(`stale; run \`npm run generate\`:${lines(stale)}`);
  else if (stale.length > 0) console.log(`generated:${lines(stale)}`);
  else if (problems.length === 0) console.log('everything is up to date');
  if (problems.length > 0) console.error(`problems:${lines(problems)}`);
  if (problems.length > 0 || (check && stale.length > 0)) process.exitCode = 1;
}

await main().catch((cause: unknown) => {
  console.error(cause instanceof Error ? cause.message : cause);
  process.exitCode = 1;
});
