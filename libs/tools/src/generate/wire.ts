import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SmithyModel } from '../smithy/model.js';
import { generateApi } from './api.js';
import { digestOf, type GeneratedFiles } from './files.js';
import { generatedApis, modelsCommit, type GeneratedApi } from './services.js';

const folderOf = (root: string, { service, part }: GeneratedApi) =>
  join(root, 'services', service, 'src', 'api', part ?? '');
const manifestOf = (root: string) => join(root, 'libs', 'tools', 'wire-digests.json');

/** Merges a service's corrections into its model: shape id → fields to replace, each with its evidence beside it. */
function patched(root: string, api: GeneratedApi, model: SmithyModel): SmithyModel {
  const path = join(root, 'services', api.service, 'patches.json');
  if (!existsSync(path)) return model;
  const patches = JSON.parse(readFileSync(path, 'utf8')) as { model: string; shape: string; replace: object }[];
  const shapes = { ...model.shapes };
  for (const { model: name, shape, replace } of patches) {
    if (name !== api.model) continue;
    const old = shapes[shape];
    if (!old) throw new Error(`patches.json of ${api.service} names ${shape}, which the model lacks`);
    shapes[shape] = { ...old, ...replace };
  }
  return { shapes };
}

/** Generates APIs from the models in `folder`, and the list of digests by which hand edits are found. */
export function generateWire(
  root: string,
  folder: string,
  files: GeneratedFiles,
  apis: readonly GeneratedApi[] = generatedApis,
): void {
  const digests: Record<string, string> = {};
  for (const api of apis) {
    const model = JSON.parse(readFileSync(join(folder, `${api.model}.json`), 'utf8')) as SmithyModel;
    for (const [name, text] of Object.entries(generateApi(api, patched(root, api, model)))) {
      const path = join(folderOf(root, api), name);
      files.put(path, text);
      digests[path.slice(root.length + 1)] = digestOf(text);
    }
  }
  for (const path of findLeftovers(root, new Set(Object.keys(digests).map((name) => join(root, name)))))
    files.remove(path);
  files.put(manifestOf(root), `${JSON.stringify({ commit: modelsCommit, digests }, null, 2)}\n`);
}

/** Without the models: finds generated files that were edited by hand, are missing or are made no more. */
export function findEdited(root: string): string[] {
  const { digests } = JSON.parse(readFileSync(manifestOf(root), 'utf8')) as { digests: Record<string, string> };
  const listed = new Map(Object.entries(digests).map(([path, digest]) => [join(root, path), digest]));
  const edited = [...listed].filter(
    ([path, digest]) => !existsSync(path) || digestOf(readFileSync(path, 'utf8')) !== digest,
  );
  return [...edited.map(([path]) => path), ...findLeftovers(root, new Set(listed.keys()))];
}

/** Files under some `src/api/` that the generator does not make any more. */
export function findLeftovers(root: string, expected: ReadonlySet<string>): string[] {
  const services = readdirSync(join(root, 'services')).map((service) => join(root, 'services', service, 'src', 'api'));
  return services
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name)),
    )
    .filter((path) => !expected.has(path));
}

/**
 * Fetches the published models that `folder` lacks. Needs a network.
 * @throws Error naming the address that cannot be had, and why
 */
export async function fetchModels(folder: string, apis: readonly GeneratedApi[] = generatedApis): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const { model } of apis) {
    const path = join(folder, `${model}.json`);
    if (existsSync(path)) continue;
    // Renamed when whole, so that an interrupted fetch leaves no half model behind.
    writeFileSync(`${path}.part`, await download(publishedAt(model)));
    renameSync(`${path}.part`, path);
  }
}

/** `polly-2016-06-10` → its address in the repository of models, at the pinned commit. */
function publishedAt(model: string): string {
  const [, name, version] = /^(.*)-(\d{4}-\d{2}-\d{2})$/.exec(model) ?? [];
  return `https://raw.githubusercontent.com/aws/api-models-aws/${modelsCommit}/${name}/service/${version}/${model}.json`;
}

async function download(url: string): Promise<Buffer> {
  try {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`status ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  } catch (cause) {
    const inner = cause instanceof Error ? (cause.cause ?? cause) : cause;
    throw new Error(`${url} cannot be fetched: ${inner instanceof Error ? inner.message : String(inner)}`, { cause });
  }
}
