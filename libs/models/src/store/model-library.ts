import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Catalogue } from '../catalogue/catalogue.js';
import type { CatalogueEntry } from '../catalogue/entry.js';
import type { OnProgress } from '../pull/progress.js';
import { BlobStore } from './blob-store.js';
import { digestOfFiles, hashFile } from './digest.js';
import { InstalledModels, type InstalledVersion } from './installed-models.js';
import type { ModelFile } from './manifest.js';
import { ModelStore, type InstalledModel } from './model-store.js';
import { CompiledModels, type NetworkCompiler } from './package-models.js';
import { packageFolder } from './packages.js';
import type { ListedModel, ReadyFile, ReadyModel } from './ready-model.js';
import { StoreLocks } from './store-locks.js';

/** A model that is not there, with what to do. */
export class ModelMissingError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ModelMissingError';
  }
}

export interface ModelLibraryOptions {
  /** `<data directory>/models`; made when something is first kept. */
  readonly folder: string;
  readonly compiler: NetworkCompiler;
  readonly catalogue?: Catalogue;
  readonly shipped?: ModelStore;
  /** Folder from which npm packages are looked for. */
  readonly packagesFrom?: string;
}

/** What an engine needs a model for. */
export interface ModelWish {
  readonly task: string;
  /** BCP 47 tag; only models for it, or for no language in particular, fit. */
  readonly language?: string;
}

/** All models of this machine: those that ship with the suite, those of its dependencies, and those that were pulled. */
export class ModelLibrary {
  readonly catalogue: Catalogue;
  readonly blobs: BlobStore;
  readonly installed: InstalledModels;
  readonly locks: StoreLocks;
  readonly shipped: ModelStore;
  /** Folder from which npm packages are looked for; undefined is this package's. */
  readonly packagesFrom: string | undefined;
  private readonly compiled: CompiledModels;

  constructor(options: ModelLibraryOptions) {
    this.catalogue = options.catalogue ?? new Catalogue();
    this.shipped = options.shipped ?? new ModelStore();
    this.blobs = new BlobStore(options.folder);
    this.installed = new InstalledModels(options.folder);
    this.locks = new StoreLocks(options.folder);
    const { compiler, packagesFrom } = options;
    this.packagesFrom = packagesFrom;
    this.compiled = new CompiledModels({ blobs: this.blobs, installed: this.installed, compiler, packagesFrom });
  }

  /** Every model that is installed or in the catalogue, ordered by task and name. */
  async list(): Promise<readonly ListedModel[]> {
    const entries = this.catalogue.list();
    const known = new Set(entries.map(({ name }) => name));
    const listed = [
      ...this.shipped.list().map(listedShipped),
      ...(await Promise.all(entries.map((entry) => this.listedEntry(entry)))),
      ...(await Promise.all((await this.installed.names()).filter((name) => !known.has(name)).map((name) => this.listedAlone(name)))),
    ];
    return listed.flat().sort((a, b) => compare(`${a.task}\n${a.name}`, `${b.task}\n${b.name}`));
  }

  /**
   * The best model on this machine for a task: the highest preference, then the name.
   * @throws ModelMissingError that names the models which could be pulled
   */
  async find({ task, language }: ModelWish, onProgress?: OnProgress): Promise<ReadyModel> {
    const fits = (await this.list()).filter((model) => model.task === task && speaks(model.languages, language));
    const [best] = fits.filter(({ isReady }) => isReady).sort((a, b) => b.preference - a.preference);
    if (best) return this.open(best.name, onProgress);
    const wanted = language === undefined ? task : `${task} in ${language}`;
    const names = fits.map(({ name }) => name);
    const advice = names.length > 0 ? `: lantern models pull ${names.join(' | ')}` : ', and none in the catalogue';
    throw new ModelMissingError(`no model for ${wanted} is installed${advice}`);
  }

  /**
   * A model by name, ready to be loaded; a dependency's network is compiled if it has not been yet.
   * @throws ModelMissingError where it must be pulled first, or nobody knows the name
   */
  async open(name: string, onProgress?: OnProgress): Promise<ReadyModel> {
    const shipped = this.shipped.list().find(({ manifest }) => manifest.name === name);
    if (shipped) return readyShipped(shipped);
    const entry = this.catalogue.find(name);
    if (entry?.compiled) return this.ready(await this.openCompiled(entry, onProgress), 'package');
    if (entry && isFromPackages(entry)) return readyPackaged(entry, this.packagesFrom);
    const version = await this.installed.current(name);
    if (version) return this.ready(version, 'catalogue');
    throw new ModelMissingError(
      entry ? `the model ${name} is not installed: lantern models pull ${name}` : `there is no model ${name}`,
    );
  }

  /** The compiled form of a dependency's network, made once among all processes. */
  private async openCompiled(entry: CatalogueEntry, onProgress?: OnProgress): Promise<InstalledVersion> {
    const { compiled } = entry;
    if (!compiled) throw new TypeError(`${entry.name} is not compiled`);
    const found = await this.compiled.find(entry, compiled);
    if (found) return found;
    return this.locks.withWork(`compile-${entry.name}`, {}, async () => {
      return (await this.compiled.find(entry, compiled)) ?? this.compiled.make(entry, compiled, onProgress);
    });
  }

  private async ready({ digest, manifest }: InstalledVersion, origin: 'package' | 'catalogue'): Promise<ReadyModel> {
    const files = new Map<string, ReadyFile>();
    for (const { path, sha256, sizeBytes } of manifest.files) {
      const found = await this.blobs.sizeOf(sha256);
      if (found !== sizeBytes) {
        const what = found === undefined ? 'is missing' : `has ${found} bytes instead of ${sizeBytes}`;
        throw new ModelMissingError(`${manifest.name}: ${path} ${what}: lantern models pull ${manifest.name}`);
      }
      files.set(path, { path: this.blobs.pathOf(sha256), sha256, sizeBytes });
    }
    return { name: manifest.name, task: manifest.task, languages: manifest.languages, origin, manifest, digest, files };
  }

  private async listedEntry(entry: CatalogueEntry): Promise<ListedModel> {
    const { name, task, languages, licence, source, preference, quality } = entry;
    const version = entry.compiled ? undefined : await this.installed.current(name);
    const isPackage = entry.compiled !== undefined || isFromPackages(entry);
    const known = { name, task, languages, licence, source, preference, quality };
    return {
      ...known,
      origin: isPackage ? 'package' : 'catalogue',
      isReady: isPackage || version !== undefined,
      sizeBytes: version ? total(version.manifest.files) : sizeOfEntry(entry),
      digest: version?.digest,
    };
  }

  /** A model that was pulled, and whose entry is no longer, or never was, in the catalogue. */
  private async listedAlone(name: string): Promise<ListedModel[]> {
    const version = await this.installed.current(name);
    if (!version) return [];
    const { task, languages, licence, source, preference, quality, files } = version.manifest;
    const known = { name, task, languages, licence, source, preference, quality };
    return [{ ...known, origin: 'catalogue', isReady: true, sizeBytes: total(files), digest: version.digest }];
  }
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Whether a model for these languages serves one: `en` serves `en-GB`. */
const speaks = (languages: readonly string[], wanted: string | undefined): boolean =>
  wanted === undefined ||
  languages.length === 0 ||
  languages.some((language) => wanted === language || wanted.startsWith(`${language}-`));

/** Whether every file of the entry lies in an installed package, to be used where it lies. */
export const isFromPackages = ({ files }: CatalogueEntry): boolean =>
  files.length > 0 && files.every(({ origin }) => origin.kind === 'package');

const total = (files: readonly { readonly sizeBytes: number }[]) => files.reduce((sum, file) => sum + file.sizeBytes, 0);

/** Bytes that the files take, or that must be fetched for them; undefined where one is unknown. */
function sizeOfEntry({ files, archives, compiled }: CatalogueEntry): number | undefined {
  if (compiled) return total(compiled.sources);
  const fetched = [...files.filter(({ origin }) => origin.kind !== 'member'), ...archives];
  return fetched.reduce<number | undefined>(
    (sum, { sizeBytes }) => (sum === undefined || sizeBytes === undefined ? undefined : sum + sizeBytes),
    0,
  );
}

function listedShipped({ manifest, digest }: InstalledModel): ListedModel {
  const { name, task, licence, source, quality, files } = manifest;
  const known = { name, task, licence, source, quality, languages: [], preference: 0 };
  return { ...known, origin: 'shipped', isReady: true, sizeBytes: total(files), digest };
}

function readyShipped({ manifest, folder, digest }: InstalledModel): ReadyModel {
  const files = manifest.files.map((file) => [file.path, { ...file, path: join(folder, file.path) }] as const);
  return { name: manifest.name, task: manifest.task, languages: [], origin: 'shipped', manifest, digest, files: new Map(files) };
}

/** Files of packages are used where they lie, once their size and digest are those of the entry. */
async function readyPackaged(entry: CatalogueEntry, packagesFrom: string | undefined): Promise<ReadyModel> {
  const files = new Map<string, ReadyFile>();
  const listed: ModelFile[] = [];
  for (const { path, origin, sha256 } of entry.files) {
    if (origin.kind !== 'package') throw new TypeError(`${entry.name}: ${path} is not of a package`);
    const place = join(packageFolder(origin.package, packagesFrom), origin.path);
    await stat(place).catch(() => {
      throw new ModelMissingError(`${entry.name}: ${origin.package} has no ${origin.path}: run npm install again`);
    });
    const actual = await hashFile(place);
    if (actual.sha256 !== sha256)
      throw new ModelMissingError(`${entry.name}: ${origin.package}/${origin.path} has other content than the catalogue says`);
    files.set(path, { path: place, ...actual });
    listed.push({ path, ...actual });
  }
  const { name, task, languages, licence, source, quality } = entry;
  const manifest = { name, task, licence, source, quality, files: listed };
  return { name, task, languages, origin: 'package', manifest, digest: digestOfFiles(listed), files };
}
