import { shownBytes, type CatalogueEntry, type ListedModel, type ModelLibrary } from '@lantern/models';

interface ListOptions {
  readonly json?: boolean;
  readonly installed?: boolean;
  readonly task?: string;
}

type Quality = ListedModel['quality'][number];

/** Where a model comes from, as its row says it. */
function stateOf({ origin, isReady }: ListedModel): string {
  if (origin === 'shipped') return 'shipped';
  if (origin === 'package') return 'package';
  return isReady ? 'pulled' : '-';
}

const qualityText = ([figure]: ListedModel['quality']): string =>
  figure ? `${figure.metric} ${figure.value} (${figure.dataset})` : '';

/** `lantern models list`: one line for each model, columns separated by tabs. */
export async function listModels(library: ModelLibrary, { json, installed, task }: ListOptions): Promise<number> {
  const all = await library.list();
  const shown = all.filter((model) => (!installed || model.isReady) && (task === undefined || model.task === task));
  if (json) console.log(JSON.stringify(shown, undefined, 2));
  else for (const model of shown) console.log(rowOf(model));
  if (shown.length > 0 || json) return 0;
  const tasks = [...new Set(all.map((model) => model.task))].join(', ');
  console.error(`No model fits. There are models for ${tasks}.`);
  return 1;
}

function rowOf(model: ListedModel): string {
  const { task, name, sizeBytes, licence, digest, quality } = model;
  const size = sizeBytes === undefined ? '?' : shownBytes(sizeBytes);
  const sha256 = digest === undefined ? '-' : `sha256:${digest.slice(0, 12)}`;
  return [stateOf(model), task, name, size, licence, sha256, qualityText(quality)].join('\t');
}

/** `lantern models show NAME`: everything that is known of one model. */
export async function showModel(library: ModelLibrary, name: string, { json }: ListOptions): Promise<number> {
  const listed = (await library.list()).find((model) => model.name === name);
  if (!listed) {
    console.error(`There is no model ${name}: lantern models list shows all.`);
    return 1;
  }
  const entry = library.catalogue.find(name);
  const versions = await library.installed.versions(name);
  if (json) console.log(JSON.stringify({ ...listed, entry, versions }, undefined, 2));
  else console.log([...headLines(listed), ...(entry ? entryLines(entry) : [])].join('\n'));
  if (!json) {
    for (const { digest, manifest, isCurrent } of versions) {
      console.log(`version   sha256:${digest}  ${manifest.installedAt}${isCurrent ? '  in use' : ''}`);
      for (const { path, sizeBytes } of manifest.files) console.log(`          ${path}  ${shownBytes(sizeBytes)}`);
    }
  }
  return 0;
}

function qualityLine({ metric, value, dataset, measured, source, read, note }: Quality): string {
  const by = source === undefined ? `measured ${measured}` : `as stated at ${source} (${read})`;
  return `quality   ${metric} ${value} on ${dataset}, ${by}${note === undefined ? '' : `; ${note}`}`;
}

function headLines(model: ListedModel): string[] {
  const { name, task, languages, licence, source, quality, sizeBytes } = model;
  const states: Readonly<Record<string, string>> = {
    shipped: 'ships with the suite',
    package: 'comes with an npm package of the suite',
    pulled: 'pulled',
    '-': `not on this machine: lantern models pull ${name}`,
  };
  return [
    `name      ${name}`,
    `task      ${task}${languages.length > 0 ? ` (${languages.join(', ')})` : ''}`,
    `state     ${states[stateOf(model)]}`,
    `licence   ${licence}`,
    `source    ${source}`,
    `size      ${sizeBytes === undefined ? 'its publisher names none' : shownBytes(sizeBytes)}`,
    ...quality.map(qualityLine),
  ];
}

function entryLines({ note, inputs, outputs, files, archives, compiled }: CatalogueEntry): string[] {
  return [
    ...(note ? [`note      ${note}`] : []),
    ...inputs.map((tensor) => `input     ${tensor.name}: ${tensor.dtype} [${tensor.shape.join(', ')}]`),
    ...outputs.map((tensor) => `output    ${tensor.name}: ${tensor.dtype} [${tensor.shape.join(', ')}]`),
    ...(compiled ? [`compiled  from ${compiled.package}/${compiled.path}`] : []),
    ...archives.map(({ url }) => `archive   ${url}`),
    ...files.map(({ path, origin }) => {
      if (origin.kind === 'url') return `file      ${path}  ${origin.url}`;
      return `file      ${path}  ${origin.kind === 'package' ? `${origin.package}/${origin.path}` : `${origin.archive}: ${origin.member}`}`;
    }),
  ];
}
