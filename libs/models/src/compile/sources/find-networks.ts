import { readdir, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { CompileSourceError } from '../source-error.js';
import { mayDescribe, networkName, readDescription } from './description.js';
import { findPackage, isPackageName } from './npm-package.js';

/** A network that can be compiled, by the file that describes it. */
export interface NetworkFile {
  /** Short name, e.g. `blazeface`. */
  readonly name: string;
  /** Absolute path of the description. */
  readonly path: string;
}

/** Folders within a source: packages keep their networks two to four deep. */
const deepestFolder = 6;

/**
 * The networks of a source, by name.
 * @param source a description file, a folder, or the name of an installed npm package
 * @throws CompileSourceError where there is no such source
 */
export async function findNetworks(source: string, workingDirectory = process.cwd()): Promise<NetworkFile[]> {
  const path = resolve(workingDirectory, source);
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile()) return [{ name: networkName(path), path }];
  const folder = found?.isDirectory() ? path : findPackage(source, workingDirectory);
  if (folder !== undefined) return searchFolder(folder);
  const tried = isPackageName(source) ? `, and no package of that name is installed (npm install ${source})` : '';
  throw new CompileSourceError(`there is no file or folder '${source}'${tried}`);
}

/**
 * The one network that is meant.
 * @param entry its name, or its path within the source; needed where the source has several
 * @throws CompileSourceError which lists the names there are
 */
export async function findNetwork(
  source: string,
  entry: string | undefined,
  workingDirectory = process.cwd(),
): Promise<NetworkFile> {
  const networks = await findNetworks(source, workingDirectory);
  const names = networks.map(({ name }) => name).join(', ');
  if (networks.length === 0) throw new CompileSourceError(`'${source}' holds no network that can be compiled`);
  const meant = entry === undefined ? networks : networks.filter((network) => isMeant(network, entry));
  const [first, ...others] = meant;
  if (first === undefined) throw new CompileSourceError(`'${source}' has no network '${entry}'; it has: ${names}`);
  if (others.length === 0) return first;
  if (entry === undefined) throw new CompileSourceError(`'${source}' has several networks; name one of: ${names}`);
  const paths = meant.map(({ path }) => path).join(', ');
  throw new CompileSourceError(`'${source}' has several networks '${entry}'; give the path of one: ${paths}`);
}

const isMeant = ({ name, path }: NetworkFile, entry: string) =>
  name === entry || path === resolve(entry) || path.endsWith(sep + entry.split('/').join(sep));

async function searchFolder(folder: string): Promise<NetworkFile[]> {
  const candidates = (await listFiles(folder, deepestFolder)).filter(mayDescribe);
  const networks: NetworkFile[] = [];
  for (const path of candidates.sort()) {
    // Other JSON and scripts lie about in a folder; what cannot be read is none of ours.
    const description = await readDescription(path).catch(() => undefined);
    if (description !== undefined) networks.push({ name: networkName(path), path });
  }
  return distinct(networks, folder);
}

/** Where two files have one name, their paths tell them apart. */
function distinct(networks: readonly NetworkFile[], folder: string): NetworkFile[] {
  const counts = new Map<string, number>();
  for (const { name } of networks) counts.set(name, (counts.get(name) ?? 0) + 1);
  return networks.map(({ name, path }) => ({
    name: counts.get(name) === 1 ? name : relative(folder, path).split(sep).join('/'),
    path,
  }));
}

async function listFiles(folder: string, depth: number): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const lists = entries.map(async (entry) => {
    const path = join(folder, entry.name);
    if (entry.isFile()) return [path];
    const isSearched = entry.isDirectory() && depth > 0 && entry.name !== 'node_modules' && !entry.name.startsWith('.');
    return isSearched ? listFiles(path, depth - 1) : [];
  });
  return (await Promise.all(lists)).flat();
}
