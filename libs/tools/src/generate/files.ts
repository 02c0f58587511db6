import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Collects what the generator makes: written, or in check mode compared with what is there. */
export class GeneratedFiles {
  /** Files that differ from what the generator makes. */
  readonly stale: string[] = [];

  constructor(private readonly check: boolean) {}

  /** Makes `path` hold `text`. */
  put(path: string, text: string): void {
    if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
    this.stale.push(path);
    if (this.check) return;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  /** Replaces what stands between `<!-- GENERATED name -->` and `<!-- END GENERATED name -->`; nothing without the marks. */
  putRegion(path: string, name: string, text: string): void {
    if (!existsSync(path)) return;
    const [start, end] = [`<!-- GENERATED ${name} -->`, `<!-- END GENERATED ${name} -->`];
    const page = readFileSync(path, 'utf8');
    const from = page.indexOf(start);
    const to = page.indexOf(end);
    if (from < 0 || to < from) return;
    this.put(path, `${page.slice(0, from + start.length)}\n\n${text.trim()}\n\n${page.slice(to)}`);
  }
}

/** SHA-256 of a text in hex. */
export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');
