import { readFile } from 'node:fs/promises';
import { basename, dirname, extname, isAbsolute, join, normalize, sep } from 'node:path';
import { parseWeightsManifest, type WeightGroup } from '@lantern/core-ml';
import { CompileSourceError } from '../source-error.js';
import { parseScript, readDescription, type Description } from './description.js';
import type { NetworkFile } from './find-networks.js';

/** A network as its files hold it. */
export interface NetworkBytes {
  readonly name: string;
  readonly description: Description;
  readonly groups: readonly WeightGroup[];
  /** The bytes of the shard that a manifest path names. */
  readonly shards: ReadonlyMap<string, Uint8Array>;
  /** Absolute paths of all files, the description first. */
  readonly files: readonly string[];
  /** Of description and weights, as stored for use: base64 is counted decoded. */
  readonly sizeBytes: number;
}

/**
 * Reads a network's description and the shards that it names, which have to lie in or below its folder.
 * @param onShard told after each shard how many of how many are read
 * @throws CompileSourceError where a file is missing, or is not what the description says
 */
export async function readNetwork(
  { name, path }: NetworkFile,
  onShard: (done: number, total: number) => void = () => {},
): Promise<NetworkBytes> {
  const { description, groups } = await readGroups(path);
  const names = [...new Set(groups.flatMap(({ paths }) => paths))];
  const shards = new Map<string, Uint8Array>();
  for (const shard of names) {
    shards.set(shard, await readShard(shardPath(path, shard, description), description));
    onShard(shards.size, names.length);
  }
  const weightBytes = [...shards.values()].reduce((sum, { length }) => sum + length, 0);
  return {
    ...{ name, description, groups, shards },
    files: [path, ...names.map((shard) => shardPath(path, shard, description))],
    sizeBytes: (await readFile(path)).length + weightBytes,
  };
}

/** Absolute paths of the files that a network consists of, the description first; the shards are not read. */
export async function networkFiles({ path }: NetworkFile): Promise<string[]> {
  const { description, groups } = await readGroups(path);
  const names = new Set(groups.flatMap(({ paths }) => paths));
  return [path, ...[...names].map((shard) => shardPath(path, shard, description))];
}

async function readGroups(path: string): Promise<{ description: Description; groups: WeightGroup[] }> {
  const description = await readDescription(path);
  if (description === undefined) throw new CompileSourceError(`${path} does not describe a network`);
  const manifest = description.kind === 'weights' ? description.manifest : description.model['weightsManifest'];
  return { description, groups: parseWeightsManifest(manifest ?? []) };
}

/** A hostile manifest must not read files elsewhere. */
function shardPath(path: string, shard: string, description: Description): string {
  const inside = normalize(shard);
  if (isAbsolute(inside) || inside === '..' || inside.startsWith(`..${sep}`) || /^[a-z]+:\/\//i.test(shard)) {
    throw new CompileSourceError(`${path} names weights outside its folder: '${shard}'`);
  }
  const ending = isBundled(description) ? basename(path).replace(/^model/, '') : '';
  return join(dirname(path), inside + ending);
}

const isBundled = (description: Description) => description.kind === 'tensorflow' && description.isScript;

async function readShard(path: string, description: Description): Promise<Uint8Array> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new CompileSourceError(`the weights ${path} cannot be read: ${(error as Error).message}`, { cause: error });
  });
  if (!isBundled(description) || extname(path) !== '.js') return bytes;
  const text = parseScript(bytes.toString('latin1'), path);
  if (typeof text !== 'string') throw new CompileSourceError(`${path} holds no base64 text`);
  return Buffer.from(text, 'base64');
}
