import { ModelStore } from '@lantern/models';
import type { CommandLine } from '../cli.js';

/** `lantern models list | verify`. */
export async function models({ positionals }: CommandLine): Promise<number> {
  const store = new ModelStore();
  const installed = store.list();
  if (positionals[1] === 'verify') {
    const problems = store.verify();
    for (const problem of problems) console.error(problem);
    if (problems.length === 0) console.log(`${installed.length} model(s) are as their manifests say`);
    return problems.length === 0 ? 0 : 1;
  }
  for (const { manifest, digest } of installed) {
    const size = manifest.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    console.log(
      `${manifest.task}\t${manifest.name}\t${(size / 1e6).toFixed(1)} MB\t${manifest.licence}\tsha256:${digest.slice(0, 12)}`,
    );
  }
  return 0;
}
