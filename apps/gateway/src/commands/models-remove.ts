import { collectGarbage, shownBytes, verifyModels, type ModelLibrary } from '@lantern/models';

/** `lantern models verify [NAME ...]`: reads every byte. */
export async function verifyInstalled(library: ModelLibrary, names: readonly string[]): Promise<number> {
  const { nModels, problems } = await verifyModels(library, names.length > 0 ? new Set(names) : undefined);
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) return 1;
  if (nModels < names.length) {
    console.error(`Not every one of ${names.join(', ')} is on this machine: lantern models list --installed`);
    return 1;
  }
  console.log(`${nModels} model(s) are as their manifests say`);
  return 0;
}

/** `lantern models rm NAME[@DIGEST] ...`: forgets them, then removes the files that no other model needs. */
export async function removeModels(library: ModelLibrary, names: readonly string[]): Promise<number> {
  let code = 0;
  for (const name of names) if (!(await removeOne(library, name))) code = 1;
  const collected = await collectGarbage(library);
  if (collected.kind === 'busy') {
    console.log('Something is being pulled at the moment; files that nobody needs go with the next rm.');
  } else if (collected.nBlobs > 0) {
    console.log(`${collected.nBlobs} file(s) removed, ${shownBytes(collected.bytes)} freed`);
  }
  return code;
}

async function removeOne(library: ModelLibrary, text: string): Promise<boolean> {
  const [name = '', prefix] = text.split('@');
  const versions = (await library.installed.names()).includes(name) ? await library.installed.versions(name) : [];
  if (versions.length === 0) {
    console.error(whyNone(library, name));
    return false;
  }
  const chosen = versions.filter(
    ({ digest }) => prefix === undefined || digest.startsWith(prefix.replace(/^sha256:/, '')),
  );
  if (chosen.length === 0 || (prefix !== undefined && chosen.length > 1)) {
    const digests = versions.map(({ digest }) => digest.slice(0, 12)).join(', ');
    console.error(`${text} names ${chosen.length === 0 ? 'no version' : 'several versions'} of ${name}: ${digests}`);
    return false;
  }
  for (const { digest } of chosen) await library.installed.remove(name, digest);
  console.log(`${text} is removed`);
  return true;
}

function whyNone({ shipped, catalogue }: ModelLibrary, name: string): string {
  if (shipped.list().some(({ manifest }) => manifest.name === name))
    return `${name} ships with the suite and stays; nothing was pulled for it`;
  return catalogue.find(name) ? `${name} was not pulled: there is nothing to remove` : `There is no model ${name}`;
}
