import {
  FolderSource,
  fileOf,
  HttpSource,
  Puller,
  readEntryFile,
  shownBytes,
  type CatalogueEntry,
  type ModelLibrary,
} from '@lantern/models';
import type { Config } from '../config.js';
import { ProgressWriter } from './models-progress.js';

type PullSettings = Pick<Config, 'modelsMirror' | 'modelsFolder'>;

/** Exit code of a program that Ctrl-C ended. */
const INTERRUPTED = 130;

/** `lantern models pull NAME|FILE.yaml ...`. All names are looked up before the first byte is fetched. */
export async function pullModels(
  library: ModelLibrary,
  names: readonly string[],
  settings: PullSettings,
): Promise<number> {
  const found = names.map((name) => ({ name, ...lookUp(library, name) }));
  const unknown = found.filter(({ entry, isShipped }) => !entry && !isShipped);
  for (const { name } of unknown) console.error(unknownText(library, name));
  if (unknown.length > 0) return 1;

  const stop = new AbortController();
  const interrupt = () => stop.abort(new Error('interrupted'));
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    for (const { name, entry } of found) {
      if (entry) await pullEntry(library, entry, settings, stop.signal);
      else console.log(`${name} ships with the suite: there is nothing to pull`);
    }
    return 0;
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    console.error('\nInterrupted; what came so far is kept, and the same command goes on from there.');
    return INTERRUPTED;
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

/** By name in the catalogue, or from a file of one's own. */
function lookUp(library: ModelLibrary, name: string): { entry?: CatalogueEntry; isShipped: boolean } {
  const entry = name.endsWith('.yaml') ? readEntryFile(name) : library.catalogue.find(name);
  const isShipped = library.shipped.list().some(({ manifest }) => manifest.name === name);
  return { isShipped, ...(entry && { entry }) };
}

function unknownText({ catalogue }: ModelLibrary, name: string): string {
  const parts = name.split(/[^a-z0-9]+/).filter((part) => part.length > 2);
  const likeness = (entry: CatalogueEntry) => parts.filter((part) => entry.name.includes(part)).length;
  const best = Math.max(0, ...catalogue.list().map(likeness));
  const near = best === 0 ? [] : catalogue.list().filter((entry) => likeness(entry) === best);
  const advice = near.length > 0 ? `Did you mean ${near.map((entry) => entry.name).join(', ')}?` : '';
  return `There is no model ${name}. ${advice || 'lantern models list shows all.'}`;
}

async function pullEntry(
  library: ModelLibrary,
  entry: CatalogueEntry,
  settings: PullSettings,
  signal: AbortSignal,
): Promise<void> {
  const progress = new ProgressWriter(process.stderr);
  const isFetched = !entry.compiled && entry.files.some(({ origin }) => origin.kind !== 'package');
  if (isFetched) {
    await pullerFor(library, settings)
      .pull(entry, { signal, onProgress: progress.show })
      .finally(() => progress.end());
  }
  const model = await library.open(entry.name, progress.show).finally(() => progress.end());
  const paths = [...model.files.keys()];
  const sizeBytes = paths.reduce((sum, path) => sum + fileOf(model, path).sizeBytes, 0);
  const files = paths.length === 1 ? 'in one file' : `in ${paths.length} files`;
  console.log(
    `${entry.name} is ready: ${shownBytes(sizeBytes)} ${files}, sha256:${model.digest.slice(0, 12)}, ${entry.licence}`,
  );
}

/** A folder before a mirror, a mirror before the publishers. */
function pullerFor(library: ModelLibrary, { modelsMirror, modelsFolder }: PullSettings): Puller {
  if (modelsFolder !== undefined)
    return new Puller({ library, source: new FolderSource(modelsFolder), phase: 'copying' });
  return new Puller({
    library,
    source: new HttpSource(modelsMirror === undefined ? undefined : new URL(modelsMirror)),
  });
}
