import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { digestOfFiles } from './digest.js';
import { ManifestError, parseManifest, type ModelFile, type ModelManifest } from './manifest.js';

/** A model in the store: its manifest, its folder and the digest that names it in logs and records. */
export interface InstalledModel {
  readonly manifest: ModelManifest;
  readonly folder: string;
  /** Path of the manifest's first file, which is the model itself. */
  readonly path: string;
  /** SHA-256 over the digests of its files, in the manifest's order: 64 hexadecimal digits. */
  readonly digest: string;
}

/** The folder of models that ships with the suite. */
export const shippedModels = join(import.meta.dirname, '..', '..', '..', '..', 'models');

/** The models in a folder of `<task>/<name>/manifest.json`. Reads at start and on the command line only, hence synchronously. */
export class ModelStore {
  constructor(readonly folder = shippedModels) {}

  /**
   * All models, ordered by task and name.
   * @throws ManifestError where a model's manifest cannot be read or breaks the rules
   */
  list(): readonly InstalledModel[] {
    return foldersIn(this.folder).flatMap((task) =>
      foldersIn(join(this.folder, task)).map((name) => this.read(task, name)),
    );
  }

  /**
   * The model for a task; by name where there are several.
   * @throws Error with what to do where none is installed
   */
  find(task: string): InstalledModel {
    const [name] = foldersIn(join(this.folder, task));
    if (name === undefined) {
      throw new Error(`no model for ${task} in ${this.folder}: restore the models folder that came with this version`);
    }
    return this.read(task, name);
  }

  /**
   * Reads every file of every model and compares size and digest. Returns what is wrong; empty where nothing is.
   * @param isWanted by name; all by default
   */
  verify(isWanted: (name: string) => boolean = () => true): string[] {
    const problems: string[] = [];
    for (const task of foldersIn(this.folder)) {
      for (const name of foldersIn(join(this.folder, task)).filter(isWanted)) {
        try {
          const { manifest, folder } = this.read(task, name);
          problems.push(...manifest.files.flatMap((file) => problemsOf(join(folder, file.path), file)));
        } catch (error) {
          if (!(error instanceof ManifestError)) throw error;
          problems.push(error.message);
        }
      }
    }
    return problems;
  }

  private read(task: string, name: string): InstalledModel {
    const folder = join(this.folder, task, name);
    const manifestPath = join(folder, 'manifest.json');
    if (!existsSync(manifestPath)) throw new ManifestError(manifestPath, ['is missing']);
    const manifest = parseManifest(manifestPath, readFileSync(manifestPath, 'utf8'));
    if (manifest.task !== task || manifest.name !== name) {
      throw new ManifestError(manifestPath, [
        `says ${manifest.task}/${manifest.name}, but its folder is ${task}/${name}`,
      ]);
    }
    // parseManifest refuses a manifest without files.
    const path = join(folder, manifest.files[0]!.path);
    return { manifest, folder, path, digest: digestOfFiles(manifest.files) };
  }
}

function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

function problemsOf(path: string, { sha256, sizeBytes }: ModelFile): string[] {
  if (!existsSync(path)) return [`${path} is missing`];
  const { size } = statSync(path);
  if (size !== sizeBytes) return [`${path} has ${size} bytes instead of ${sizeBytes}`];
  const actual = createHash('sha256').update(readFileSync(path)).digest('hex');
  return actual === sha256 ? [] : [`${path} has other content than its manifest says`];
}
