import { createReadStream } from 'node:fs';
import { opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { hashFile } from '../store/digest.js';
import type { ContentSource, FillOptions, Pin } from './content-source.js';
import type { PartFile } from './part-file.js';
import { PullError } from './pull-error.js';

const MAX_DEPTH = 8;
const MAX_FILES = 50_000;

/** Takes files from a folder instead of the network; asks no server. */
export class FolderSource implements ContentSource {
  constructor(private readonly folder: string) {}

  /** Files count by their content: named `sha256-<digest>`, or as the publisher names them, anywhere in the folder. */
  async fill(pin: Pin, part: PartFile, { signal, onProgress }: FillOptions): Promise<void> {
    const names = [`sha256-${pin.sha256}`, decodeURIComponent(new URL(pin.url).pathname.split('/').at(-1) ?? '')];
    const others: string[] = [];
    for await (const path of filesNamed(this.folder, new Set(names))) {
      signal.throwIfAborted();
      const { size } = await stat(path);
      const isLikely = pin.sizeBytes === undefined || size === pin.sizeBytes;
      if (!isLikely || (await hashFile(path, signal)).sha256 !== pin.sha256) {
        others.push(path);
        continue;
      }
      await part.restart();
      for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20, signal })) {
        await part.append(chunk as Buffer);
        onProgress();
      }
      return;
    }
    const found = others.length > 0 ? `; ${others.join(', ')} has other content than ${pin.label}` : '';
    throw new PullError(`${this.folder} has no file ${names.filter(Boolean).join(' or ')}${found}`);
  }
}

/** Regular files with one of the names; follows no links, so that a folder cannot lead elsewhere or in a circle. */
async function* filesNamed(root: string, names: ReadonlySet<string>): AsyncGenerator<string> {
  const folders = [{ path: root, depth: 0 }];
  let nFiles = 0;
  for (let next = folders.shift(); next; next = folders.shift()) {
    for await (const entry of await openFolder(next.path)) {
      const path = join(next.path, entry.name);
      if (entry.isDirectory() && next.depth < MAX_DEPTH) folders.push({ path, depth: next.depth + 1 });
      if (entry.isFile() && names.has(entry.name)) yield path;
      if (++nFiles > MAX_FILES) throw new PullError(`${root} has more than ${MAX_FILES} files: name a smaller folder`);
    }
  }
}

async function openFolder(path: string) {
  try {
    return await opendir(path);
  } catch (cause) {
    throw new PullError(`${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
