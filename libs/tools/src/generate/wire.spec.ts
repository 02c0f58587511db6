import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GeneratedFiles } from './files.js';
import { tinyApi, tinyModel } from './tiny-model.fixture.js';
import { findEdited, generateWire } from './wire.js';

describe('the generated wire', () => {
  let root: string;
  let models: string;
  const api = (name: string) => join(root, 'services', 'tiny', 'src', 'api', name);
  const generate = (check: boolean) => {
    const files = new GeneratedFiles(check);
    generateWire(root, models, files, [tinyApi]);
    return files.stale;
  };
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'lantern-wire-'));
    models = join(root, 'models');
    mkdirSync(models);
    mkdirSync(join(root, 'services', 'tiny'), { recursive: true });
    mkdirSync(join(root, 'libs', 'tools'), { recursive: true });
    writeFileSync(join(models, 'tiny-2020-01-01.json'), JSON.stringify(tinyModel));
    generate(false);
  });
  afterEach(() => rm(root, { recursive: true }));

  it('is up to date after it was made, with the models and without', () => {
    expect(generate(true)).toEqual([]);
    expect(findEdited(root)).toEqual([]);
  });

  it('is checked without the models: edited, missing and left-over files are found', () => {
    mkdirSync(api('old'));
    writeFileSync(api('old/types.ts'), '');
    writeFileSync(api('types.ts'), `${readFileSync(api('types.ts'), 'utf8')}// by hand\n`);
    rmSync(api('errors.ts'));
    expect(findEdited(root).sort()).toEqual([api('errors.ts'), api('old/types.ts'), api('types.ts')]);
    expect(generate(true).sort()).toEqual([api('errors.ts'), api('old/types.ts'), api('types.ts')]);
  });

  it('loses left-over files when it is made again', () => {
    writeFileSync(api('old.ts'), '');
    generate(false);
    expect(existsSync(api('old.ts'))).toBe(false);
    expect(findEdited(root)).toEqual([]);
  });

  it('takes corrections of the model from patches.json, and refuses one that fits nothing', () => {
    const patch = (shape: string) =>
      writeFileSync(
        join(root, 'services', 'tiny', 'patches.json'),
        JSON.stringify([
          {
            model: 'tiny-2020-01-01',
            shape,
            evidence: 'a page',
            replace: { traits: { 'smithy.api#length': { max: 7 } } },
          },
        ]),
      );
    patch('x#Name');
    expect(generate(false)).toContain(api('schema.ts'));
    expect(readFileSync(api('schema.ts'), 'utf8')).toContain('"Name": {"type":"string","length":[null,7]}');
    patch('x#Gone');
    expect(() => generate(false)).toThrow('x#Gone');
  });
});
