import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GeneratedFiles } from './files.js';

describe('GeneratedFiles', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lantern-files-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('writes what differs and reports it once', () => {
    const path = join(folder, 'a', 'b.ts');
    const files = new GeneratedFiles(false);
    files.put(path, 'one');
    files.put(path, 'one');
    expect(readFileSync(path, 'utf8')).toBe('one');
    expect(files.stale).toEqual([path]);
  });

  it('only reports in check mode', () => {
    const [absent, present] = [join(folder, 'absent.ts'), join(folder, 'present.ts')];
    writeFileSync(present, 'old');
    const files = new GeneratedFiles(true);
    files.put(absent, 'new');
    files.put(present, 'new');
    files.remove(present);
    expect(files.stale).toEqual([absent, present, present]);
    expect(existsSync(absent)).toBe(false);
    expect(readFileSync(present, 'utf8')).toBe('old');
  });

  it('replaces a marked region and keeps what is around it', () => {
    const path = join(folder, 'README.md');
    writeFileSync(path, 'before\n<!-- GENERATED x -->\nold\n<!-- END GENERATED x -->\nafter\n');
    const files = new GeneratedFiles(false);
    expect(files.putRegion(path, 'x', 'new\n')).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe(
      [
        'before\n<!-- GENERATED x -->',
        '<!-- prettier-ignore-start -->',
        'new',
        '<!-- prettier-ignore-end -->',
        '<!-- END GENERATED x -->\nafter\n',
      ].join('\n\n'),
    );
  });

  it('leaves a region alone that holds the same text already', () => {
    const path = join(folder, 'README.md');
    writeFileSync(path, '<!-- GENERATED x --><!-- END GENERATED x -->');
    new GeneratedFiles(false).putRegion(path, 'x', 'same');
    const again = new GeneratedFiles(true);
    again.putRegion(path, 'x', 'same');
    expect(again.stale).toEqual([]);
  });

  it('says when the marks are missing, reversed or of another name', () => {
    const path = join(folder, 'README.md');
    const files = new GeneratedFiles(false);
    expect(files.putRegion(path, 'x', 'new')).toBe(false);
    for (const page of ['none', '<!-- END GENERATED x --> <!-- GENERATED x -->', '<!-- GENERATED y -->']) {
      writeFileSync(path, page);
      expect(files.putRegion(path, 'x', 'new')).toBe(false);
      expect(readFileSync(path, 'utf8')).toBe(page);
    }
  });
});
