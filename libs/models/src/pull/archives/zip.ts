import { crc32 } from 'node:zlib';
import { open, type Entry, type ZipFile } from 'yauzl';
import { ArchiveError } from './archive-error.js';
import type { Allowance } from './limits.js';
import { plainMemberName, type ArchiveMember } from './member.js';

/** In the upper half of a member's external attributes, where Unix wrote the archive: the kind of file. */
const UNIX_KIND = { mask: 0o170000, file: 0o100000, folder: 0o040000 } as const;
const MADE_BY_UNIX = 3;
const ENCRYPTED = 1;

/**
 * The regular files of a zip archive. Its directory is read first: members that would be refused are found before any
 * content is unpacked. Content is checked against the size
 * and checksum that the directory gives it.
 * @throws ArchiveError
 */
export async function* readZip(label: string, path: string, allowance: Allowance): AsyncGenerator<ArchiveMember> {
  const zip = await opened(label, path);
  try {
    const seen = new Set<string>();
    for await (const entry of entries(label, zip)) {
      allowance.takeMember();
      const name = plainMemberName(label, entry.fileName);
      refuseStrange(label, entry, name);
      if (entry.fileName.endsWith('/')) continue;
      if (seen.has(name)) throw new ArchiveError(label, `has two members ${JSON.stringify(name)}`);
      seen.add(name);
      yield { name, sizeBytes: entry.uncompressedSize, content: () => contentOf(label, zip, entry, allowance) };
    }
  } finally {
    zip.close();
  }
}

function opened(label: string, path: string): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    // `strictFileNames` refuses backslashes instead of reading them as slashes; names are checked here again.
    open(path, { lazyEntries: true, autoClose: false, strictFileNames: true, validateEntrySizes: true }, (error, zip) =>
      error ? reject(damaged(label, error)) : resolve(zip),
    );
  });
}

/** One entry of the directory after the other. */
async function* entries(label: string, zip: ZipFile): AsyncGenerator<Entry> {
  let settle: { resolve: (entry: Entry | undefined) => void; reject: (error: Error) => void } | undefined;
  zip.on('entry', (entry: Entry) => settle?.resolve(entry));
  zip.on('end', () => settle?.resolve(undefined));
  zip.on('error', (error: Error) => settle?.reject(damaged(label, error)));
  while (true) {
    const entry = await new Promise<Entry | undefined>((resolve, reject) => {
      settle = { resolve, reject };
      zip.readEntry();
    });
    if (!entry) return;
    yield entry;
  }
}

function refuseStrange(label: string, entry: Entry, name: string): void {
  const shown = JSON.stringify(name);
   
  if (entry.generalPurposeBitFlag & ENCRYPTED) throw new ArchiveError(label, `has an encrypted member, ${shown}`);
   
  const [madeBy, mode] = [entry.versionMadeBy >> 8, (entry.externalFileAttributes >>> 16) & UNIX_KIND.mask];
  const isPlain = mode === 0 || mode === UNIX_KIND.file || mode === UNIX_KIND.folder;
  if (madeBy === MADE_BY_UNIX && !isPlain)
    throw new ArchiveError(label, `has a member that is no plain file, ${shown}; models have no links and devices`);
}

async function* contentOf(
  label: string,
  zip: ZipFile,
  entry: Entry,
  allowance: Allowance,
): AsyncGenerator<Uint8Array> {
  try {
    const stream = await new Promise<AsyncIterable<Uint8Array>>((resolve, reject) => {
      zip.openReadStream(entry, (error, content) => (error ? reject(error) : resolve(content)));
    });
    // yauzl compares sizes, but no checksums.
    let crc = 0;
    for await (const chunk of allowance.counted(stream)) {
      crc = crc32(chunk, crc);
      yield chunk;
    }
    if (crc !== entry.crc32) throw new ArchiveError(label, `is damaged: the checksum of ${entry.fileName} does not fit`);
  } catch (error) {
    throw error instanceof ArchiveError || !(error instanceof Error) ? error : damaged(label, error);
  }
}

const damaged = (label: string, cause: Error) => new ArchiveError(label, `is damaged: ${cause.message}`, { cause });
