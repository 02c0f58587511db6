import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { plainName } from '../catalogue/fields.js';
import { syncFolder } from './blob-store.js';
import { checkedSha256, digestOfFiles } from './digest.js';
import { parseInstalledManifest, type InstalledManifest } from './installed-manifest.js';

/** One version of an installed model; its digest names it in records of work. */
export interface InstalledVersion {
  readonly digest: string;
  readonly manifest: InstalledManifest;
  /** The version that engines use: the one installed last. */
  readonly isCurrent: boolean;
}

/** Manifests of what was pulled or compiled: `manifests/<name>/<digest>.json`, and `current` with the digest in use. */
export class InstalledModels {
  private readonly manifests: string;

  constructor(folder: string) {
    this.manifests = join(folder, 'manifests');
  }

  /** Names of all models, in order. */
  async names(): Promise<string[]> {
    const entries = await readdir(this.manifests, { withFileTypes: true }).catch(() => []);
    return entries
      .filter((entry) => entry.isDirectory() && plainName.test(entry.name))
      .map(({ name }) => name)
      .sort();
  }

  /**
   * Every version of a model, the current one first.
   * @throws ManifestError where one cannot be read
   */
  async versions(name: string): Promise<InstalledVersion[]> {
    const folder = this.folderOf(name);
    const files = await readdir(folder).catch(() => []);
    const current = await this.currentDigest(name);
    const digests = files.flatMap((file) => /^([0-9a-f]{64})\.json$/.exec(file)?.[1] ?? []).sort();
    const ordered = [...digests.filter((digest) => digest === current), ...digests.filter((digest) => digest !== current)];
    const versions = await Promise.all(
      ordered.map(async (digest) => {
        const path = join(folder, `${digest}.json`);
        const json = await readIfThere(path);
        // Another process may have removed it since.
        if (json === undefined) return [];
        return [{ digest, manifest: parseInstalledManifest(path, json), isCurrent: digest === current }];
      }),
    );
    return versions.flat();
  }

  /** The version in use, if the model is installed. */
  async current(name: string): Promise<InstalledVersion | undefined> {
    const [first] = await this.versions(name);
    return first?.isCurrent ? first : undefined;
  }

  /** Keeps a version and makes it the current one. Its files must be in the store already. */
  async save(manifest: InstalledManifest): Promise<InstalledVersion> {
    const digest = digestOfFiles(manifest.files);
    const folder = this.folderOf(manifest.name);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeWholeFile(join(folder, `${digest}.json`), `${JSON.stringify(manifest, undefined, 2)}\n`);
    await writeWholeFile(join(folder, 'current'), `${digest}\n`);
    await syncFolder(folder);
    return { digest, manifest, isCurrent: true };
  }

  /** Forgets one version, or all without a digest. Where the current one goes, another takes its place. */
  async remove(name: string, digest?: string): Promise<void> {
    const folder = this.folderOf(name);
    if (digest !== undefined) await rm(join(folder, `${checkedSha256(digest)}.json`), { force: true });
    const [next, ...others] = digest === undefined ? [] : await this.versions(name);
    if (next === undefined) return rm(folder, { recursive: true, force: true });
    if ([next, ...others].some(({ isCurrent }) => isCurrent)) return;
    await writeWholeFile(join(folder, 'current'), `${next.digest}\n`);
  }

  /**
   * Digests of all files that any version needs.
   * @throws ManifestError where a manifest cannot be read: its files must not be taken for garbage
   */
  async referenced(): Promise<Set<string>> {
    const versions = await Promise.all((await this.names()).map((name) => this.versions(name)));
    return new Set(versions.flat().flatMap(({ manifest }) => manifest.files.map(({ sha256 }) => sha256)));
  }

  private async currentDigest(name: string): Promise<string | undefined> {
    const text = await readIfThere(join(this.folderOf(name), 'current'));
    return /^([0-9a-f]{64})\n?$/.exec(text ?? '')?.[1];
  }

  private folderOf(name: string): string {
    if (!plainName.test(name)) throw new TypeError(`${JSON.stringify(name.slice(0, 100))} is not the name of a model`);
    return join(this.manifests, name);
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Readers see the old content or the new one, never a part. */
async function writeWholeFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}
