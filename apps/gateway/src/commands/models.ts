import { ModelStore } from '@lantern/models';
import type { CommandLine } from '../command-line.js';

/** `lantern models list | verify`. */
export async function models({ positionals }: CommandLine): Promise<number> {
  const store = new ModelStore();
  const [, verb = 'list'] = positionals;
  if (verb === 'verify') return verify(store);
  if (verb === 'list') return list(store);
  console.error('lantern models list | verify');
  return 2;
}

function verify(store: ModelStore): number {
  const problems = store.verify();
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) return 1;
  console.log(`${store.list().length} model(s) are as their manifests say`);
  return 0;
}

function list(store: ModelStore): number {
  for (const { manifest, digest } of store.list()) {
    const { task, name, licence, files } = manifest;
    const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
    console.log(`${task}\t${name}\t${(sizeBytes / 1e6).toFixed(1)} MB\t${licence}\tsha256:${digest.slice(0, 12)}`);
  }
  return 0;
}
