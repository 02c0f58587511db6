import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ServiceApi } from '@lantern/aws-protocol';
import { format, resolveConfig } from 'prettier';
import { apiConstant, generatedApis } from '../generate/services.js';
import { operationFiles, type NewOperation } from './operation-files.js';

const root = join(import.meta.dirname, '..', '..', '..', '..');

/** Finds an operation among the compiled APIs of a service. Throws, naming what there is, where none has it. */
async function findOperation(service: string, name: string): Promise<NewOperation> {
  const apis = generatedApis.filter((api) => api.service === service);
  if (apis.length === 0) {
    throw new Error(
      `no service "${service}"; there are ${[...new Set(generatedApis.map((api) => api.service))].join(', ')}`,
    );
  }
  for (const { name: apiName, part } of apis) {
    const path = join(root, 'services', service, 'dist', 'api', part ?? '', 'index.js');
    const constant = apiConstant(apiName);
    const exported = (await import(pathToFileURL(path).href)) as Record<string, ServiceApi>;
    const operation = exported[constant]?.operations[name];
    if (operation) return { service, part, constant, sdkId: exported[constant]?.sdkId ?? service, operation };
  }
  throw new Error(`${service} has no operation "${name}"; names are AWS's, e.g. DetectSentiment`);
}

/** `npm run new:operation -- <service> <Operation>`: writes what begins an operation and says what is left to do. */
async function main(): Promise<void> {
  const [service, name] = process.argv.slice(2);
  if (!service || !name) throw new Error('usage: npm run new:operation -- <service> <Operation>');
  const begin = await findOperation(service, name);
  const files = Object.entries(operationFiles(begin));
  const taken = files.map(([path]) => path).filter((path) => existsSync(join(root, path)));
  if (taken.length > 0) throw new Error(`already there: ${taken.join(', ')}`);
  for (const [path, text] of files) {
    const full = join(root, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, await format(text, { ...(await resolveConfig(full)), filepath: full }));
    console.log(`wrote ${path}`);
  }
  console.log(
    [
      'next:',
      `  1. write the handler and both tests (they fail until you do)`,
      `  2. in services/${service}/src/, give ${name} its handler in the table and list it as a provider of the module`,
      `     (a service's first handler needs @nestjs/common in its package.json, and an XxxModule)`,
      `  3. npm run generate, npm run check`,
    ].join('\n'),
  );
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
