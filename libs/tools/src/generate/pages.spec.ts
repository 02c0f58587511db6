import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { generateConfigurationPages } from './configuration.js';
import { GeneratedFiles } from './files.js';
import { generateReadmes } from './readme.js';

let root: string;
const write = (path: string, text: string) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};
const read = (path: string) => readFileSync(join(root, path), 'utf8');
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'lantern-pages-'));
  write('package.json', '{ "type": "module" }');
});
afterEach(() => rm(root, { recursive: true }));

const definition = `
  class Handler {}
  export const other = 1;
  export const tiny = {
    api: { name: 'tiny', sdkId: 'Tiny', protocols: ['awsJson1_1'], operations: { A: {}, B: {}, C: {}, D: {} } },
    table: { A: Handler, B: { notImplemented: 'no data' }, C: { notImplemented: 'no model' }, D: { notImplemented: 'no data' } },
  };`;
const marks = (name: string) => `<!-- GENERATED ${name} -->\n<!-- END GENERATED ${name} -->\n`;

describe('README tables', () => {
  it('list what is done, and what is not by reason', async () => {
    write('services/tiny/dist/index.js', definition);
    write('services/tiny/README.md', marks('operations'));
    write('services/unbuilt/README.md', marks('operations'));
    write('README.md', marks('services'));
    const files = new GeneratedFiles(false);
    await generateReadmes(root, files);
    expect(files.problems).toEqual([]);
    expect(read('services/tiny/README.md')).toContain(
      [
        '**Tiny**: 1 of 4 operations.',
        '',
        '| state | operations | why not |',
        '| --- | --- | --- |',
        '| done | `A` | |',
        '| not done | `B`, `D` | no data |',
        '| not done | `C` | no model |',
      ].join('\n'),
    );
    expect(read('README.md')).toContain('| [Tiny](services/tiny/README.md) | 1 | 3 | awsJson1_1 |');
    expect(read('services/unbuilt/README.md')).toBe(marks('operations'));
  });

  it('are missed where a service has no place for its own', async () => {
    write('services/tiny/dist/index.js', definition);
    const files = new GeneratedFiles(true);
    await generateReadmes(root, files);
    expect(files.problems).toEqual([expect.stringContaining(join('services', 'tiny', 'README.md'))]);
  });
});

describe('configuration pages', () => {
  it('come from the settings of the gateway', async () => {
    write(
      'apps/gateway/dist/config.js',
      `export const settings = [
        { name: 'LANTERN_PORT', type: 'port', default: '4566', doc: 'Where it listens.' },
        { name: 'DATABASE_URL', type: 'url', default: undefined, doc: 'A server: a|b.' },
      ];`,
    );
    await generateConfigurationPages(root, new GeneratedFiles(false));
    const page = read('docs/reference/configuration.md');
    expect(page).toContain('| `LANTERN_PORT` | port | `4566` | Where it listens. |');
    expect(page).toContain('| `DATABASE_URL` | url |  | A server: a\\|b. |');
    expect(read('.env.example')).toContain('# Where it listens.\n# LANTERN_PORT=4566\n');
  });

  it('wait for a built gateway', async () => {
    const files = new GeneratedFiles(true);
    await generateConfigurationPages(root, files);
    expect(files.stale).toEqual([]);
  });
});
