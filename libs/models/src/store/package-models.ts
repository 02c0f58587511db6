import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { CatalogueEntry, CompiledSource } from '../catalogue/entry.js';
import type { OnProgress } from '../pull/progress.js';
import { WrongContentError, type BlobStore } from './blob-store.js';
import { hashFile } from './digest.js';
import { manifestOf } from './installed-manifest.js';
import type { InstalledModels, InstalledVersion } from './installed-models.js';
import { packageFolder, packageVersion } from './packages.js';

/** Compiles a network in another format to ONNX: see `compile/`. */
export interface NetworkCompiler {
  /** Changes whenever the same source would give other bytes. */
  readonly version: string;
  compile(source: string, options: { entry?: string; onProgress?: (message: string) => void }): Promise<Uint8Array>;
}

interface CompiledModelsOptions {
  readonly blobs: BlobStore;
  readonly installed: InstalledModels;
  readonly compiler: NetworkCompiler;
  /** Folder from which packages are looked for. */
  readonly packagesFrom?: string | undefined;
}

/** Networks that dependencies carry in another format: compiled before their first use, then kept like pulled ones. */
export class CompiledModels {
  constructor(private readonly options: CompiledModelsOptions) {}

  /** The compiled model, if this compiler has made it from these very sources before. */
  async find(entry: CatalogueEntry, compiled: CompiledSource): Promise<InstalledVersion | undefined> {
    const key = await this.sourceDigest(entry, compiled);
    const versions = await this.options.installed.versions(entry.name);
    const found = versions.find(({ manifest: { from } }) => from.kind === 'compiled' && from.sourceDigest === key);
    const isWhole = found && (await this.options.blobs.has(found.manifest.files[0]?.sha256 ?? ''));
    return isWhole ? found : undefined;
  }

  /**
   * Compiles the model and keeps it.
   * @throws WrongContentError where the package carries other weights than those the entry's quality is of
   */
  async make(entry: CatalogueEntry, compiled: CompiledSource, onProgress?: OnProgress): Promise<InstalledVersion> {
    const { blobs, installed, compiler, packagesFrom } = this.options;
    const sourceDigest = await this.sourceDigest(entry, compiled);
    const say = (message?: string) =>
      onProgress?.({
        phase: 'compiling',
        label: entry.name,
        doneBytes: 0,
        totalBytes: undefined,
        ...(message && { message }),
      });
    say();
    const model = await compiler.compile(join(packageFolder(compiled.package, packagesFrom), compiled.path), {
      ...(compiled.entry && { entry: compiled.entry }),
      onProgress: say,
    });
    const { sha256, sizeBytes } = await blobs.write(once(model));
    const packaged = `${compiled.package}@${packageVersion(compiled.package, packagesFrom)}`;
    const from = { kind: 'compiled', package: packaged, sourceDigest } as const;
    return installed.save(manifestOf(entry, [{ path: 'model.onnx', sha256, sizeBytes }], from, new Date()));
  }

  /** Digest over the sources, which are those that the entry names, and the compiler's version. */
  private async sourceDigest(entry: CatalogueEntry, compiled: CompiledSource): Promise<string> {
    const folder = packageFolder(compiled.package, this.options.packagesFrom);
    const hash = createHash('sha256').update(`${this.options.compiler.version}\n${compiled.entry ?? ''}\n`);
    for (const source of compiled.sources) {
      const { sha256 } = await hashFile(join(folder, source.path));
      if (sha256 !== source.sha256)
        throw new WrongContentError(`${entry.name}: ${compiled.package}/${source.path}`, source.sha256, sha256);
      hash.update(`${source.path} ${sha256}\n`);
    }
    return hash.digest('hex');
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
