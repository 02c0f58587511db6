import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { CatalogueArchive, CatalogueEntry, CatalogueFile, PackagePath } from '../catalogue/entry.js';
import { manifestOf } from '../store/installed-manifest.js';
import type { InstalledVersion } from '../store/installed-models.js';
import type { ModelFile } from '../store/manifest.js';
import type { ModelLibrary } from '../store/model-library.js';
import { packageFolder } from '../store/packages.js';
import { unpackMembers } from './archives/unpack.js';
import type { ContentSource, Pin } from './content-source.js';
import { obtain, partLength } from './obtain.js';
import { removePart } from './part-file.js';
import type { OnProgress } from './progress.js';

export interface PullOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
}

interface PullerOptions {
  readonly library: Pick<ModelLibrary, 'blobs' | 'installed' | 'locks'>;
  readonly source: ContentSource;
  /** What progress says of getting bytes: `copying` from a folder. */
  readonly phase?: 'downloading' | 'copying';
}

/** Brings models of the catalogue into the store. Several pulls at once, also of several processes, fetch each file once. */
export class Puller {
  private readonly library: PullerOptions['library'];

  constructor(private readonly options: PullerOptions) {
    this.library = options.library;
  }

  /**
   * Fetches what is missing, verifies it, and then writes the manifest: until then nothing is installed. Files that were
   * damaged since are fetched again.
   * @throws PullError, WrongContentError, ArchiveError; the signal's reason when aborted: what came so far is kept
   */
  async pull(entry: CatalogueEntry, options: PullOptions = {}): Promise<InstalledVersion> {
    if (entry.compiled) throw new TypeError(`${entry.name} is compiled from a package, not pulled`);
    const { installed, locks } = this.library;
    const pins = pinsOf(entry);
    // Outermost, so that no file counts as garbage before the manifest names it.
    return locks.withWork(`pull-${entry.name}`, this.waiting(entry.name, options), async () => {
      const there = await this.alreadyThere(entry.name, pins, options.signal);
      if (there) return there;
      const files = new Map<string, ModelFile>();
      for (const file of await this.keepFiles(entry, options)) files.set(file.path, file);
      for (const file of await this.keepMembers(entry, options)) files.set(file.path, file);
      const ordered = entry.files.flatMap(({ path }) => files.get(path) ?? []);
      return installed.save(manifestOf(entry, ordered, { kind: 'pulled', pins }, new Date()));
    });
  }

  /** The version that these pins gave, if its files are still what they were; it is the current one from now on. */
  private async alreadyThere(name: string, pins: string, signal?: AbortSignal): Promise<InstalledVersion | undefined> {
    const { blobs, installed } = this.library;
    const versions = await installed.versions(name);
    const found = versions.find(({ manifest: { from } }) => from.kind === 'pulled' && from.pins === pins);
    if (!found) return undefined;
    for (const { sha256 } of found.manifest.files) if (!(await blobs.isIntact(sha256, signal))) return undefined;
    return found.isCurrent ? found : installed.save(found.manifest);
  }

  private async keepFiles(entry: CatalogueEntry, options: PullOptions): Promise<ModelFile[]> {
    const kept: ModelFile[] = [];
    for (const file of entry.files) {
      if (file.origin.kind === 'url') kept.push(await this.keepUrl(entry, file, file.origin.url, options));
      if (file.origin.kind === 'package') kept.push(await this.keepPackaged(entry, file, file.origin));
    }
    return kept;
  }

  private async keepUrl(
    { name }: CatalogueEntry,
    { path, sha256, sizeBytes }: CatalogueFile,
    url: string,
    options: PullOptions,
  ): Promise<ModelFile> {
    if (sha256 === undefined) throw new TypeError(`${name}: ${path} has no digest`);
    const { blobs, locks } = this.library;
    const pin: Pin = { label: `${name}/${path}`, sha256, sizeBytes, url };
    return locks.withWork(`blob-${sha256}`, this.waiting(pin.label, options, pin), async (lock) => {
      if (!(await blobs.isIntact(sha256, options.signal))) {
        const file = await obtain(blobs, pin, lock, this.obtaining(options));
        await blobs.adopt(file, sha256);
        await removePart(file);
      }
      return { path, sha256, sizeBytes: (await blobs.sizeOf(sha256)) ?? 0 };
    });
  }

  /** A file of a dependency beside files that are fetched: copied, so that the model is whole in one place. */
  private async keepPackaged(
    { name }: CatalogueEntry,
    { path, sha256 }: CatalogueFile,
    from: PackagePath,
  ): Promise<ModelFile> {
    const place = join(packageFolder(from.package), from.path);
    const label = `${name}: ${from.package}/${from.path}`;
    return { path, ...(await this.library.blobs.write(createReadStream(place), { expected: sha256, label })) };
  }

  private async keepMembers(entry: CatalogueEntry, options: PullOptions): Promise<ModelFile[]> {
    const kept: ModelFile[] = [];
    for (const archive of entry.archives) {
      const members = entry.files.filter(({ origin }) => origin.kind === 'member' && origin.archive === archive.name);
      if (members.length > 0) kept.push(...(await this.keepArchive(entry, archive, members, options)));
    }
    return kept;
  }

  /** The archive itself is not kept: its members are. */
  private async keepArchive(
    entry: CatalogueEntry,
    { name, format, sha256, sizeBytes, url }: CatalogueArchive,
    members: readonly CatalogueFile[],
    options: PullOptions,
  ): Promise<ModelFile[]> {
    const { blobs, locks } = this.library;
    const pin: Pin = { label: `${entry.name}/${name}.${format}`, sha256, sizeBytes, url };
    return locks.withWork(`blob-${sha256}`, this.waiting(pin.label, options, pin), async (lock) => {
      const there = await this.membersThere(members, options.signal);
      if (there) return there;
      const obtaining = this.obtaining(options);
      const file = await obtain(blobs, pin, lock, obtaining);
      const signal = AbortSignal.any([obtaining.signal, lock.lost]);
      const { onProgress } = options;
      const kept = await unpackMembers(file, { label: pin.label, format, members, blobs, signal, onProgress });
      await removePart(file);
      return kept;
    });
  }

  /** The members, if the entry knows all their digests and they are in the store. */
  private async membersThere(members: readonly CatalogueFile[], signal?: AbortSignal): Promise<ModelFile[] | undefined> {
    const kept: ModelFile[] = [];
    for (const { path, sha256 } of members) {
      if (sha256 === undefined || !(await this.library.blobs.isIntact(sha256, signal))) return undefined;
      kept.push({ path, sha256, sizeBytes: (await this.library.blobs.sizeOf(sha256)) ?? 0 });
    }
    return kept;
  }

  private obtaining({ signal = new AbortController().signal, onProgress }: PullOptions) {
    const { source, phase = 'downloading' } = this.options;
    return { source, phase, signal, onProgress };
  }

  /** While another process is at it, its progress is shown. */
  private waiting(label: string, { signal, onProgress }: PullOptions, pin?: Pin) {
    const onWait = () =>
      onProgress?.({
        phase: 'waiting',
        label,
        doneBytes: pin ? partLength(this.library.blobs, pin) : 0,
        totalBytes: pin?.sizeBytes,
      });
    return { signal, onWait };
  }
}

/** Digest over everything that decides which bytes an entry stands for. */
function pinsOf({ files, archives }: CatalogueEntry): string {
  const lines = [
    ...archives.map(({ name, sha256 }) => `archive ${name} ${sha256}`),
    ...files.map(({ path, sha256 = '', origin }) =>
      [path, sha256, ...(origin.kind === 'member' ? [origin.archive, origin.member] : [])].join(' '),
    ),
  ];
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}
