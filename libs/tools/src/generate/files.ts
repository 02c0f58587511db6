import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Collects what the generator makes: written, or in check mode compared with what is there. */
export class GeneratedFiles {
  /** Files that differ from what the generator makes. */
  readonly stale: string[] = [];
  /** What the generator cannot put right by itself, as sentences with the path first. */
  readonly problems: string[] = [];

  constructor(private readonly check: boolean) {}

  /** Makes `path` hold `text`. */
  put(path: string, text: string): void {
    if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
    this.stale.push(path);
    if (this.check) return;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  /** Removes a file that is generated no more. */
  remove(path: string): void {
    this.stale.push(path);
    if (!this.check) rmSync(path);
  }

  /** Replaces what stands between `<!-- GENERATED name -->` and `<!-- END GENERATED name -->`. False without the marks. */
  putRegion(path: string, name: string, text: string): boolean {
    if (!existsSync(path)) return false;
    const [start, end] = [`<!-- GENERATED ${name} -->`, `<!-- END GENERATED ${name} -->`];
    const page = readFileSync(path, 'utf8');
    const from = page.indexOf(start);
    const to = page.indexOf(end);
    if (from < 0 || to < from) return false;
    // The tables are one line a row however wide; the formatter would pad them and make them stale.
    const [ignore, heed] = ['<!-- prettier-ignore-start -->', '<!-- prettier-ignore-end -->'];
    this.put(
      path,
      `${page.slice(0, from + start.length)}\n\n${ignore}\n\n${text.trim()}\n\n${heed}\n\n${page.slice(to)}`,
    );
    return true;
  }
}

/** A text as one cell of a Markdown table. */
export const tableCell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** SHA-256 of a text in hex. */
export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');
