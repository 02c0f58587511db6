import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { readExportedLiteral, ScriptLiteralError } from './script-literal.js';

const bundle = (exports: string) =>
  `!function(e,a,d){var r=a[d]={exports:{}};r.exports={}}({1:[function(t,e,a){e.exports=${exports}},{}]},{},[1]);`;

describe('readExportedLiteral', () => {
  it("reads a minifier's ways to write numbers, constants and keys", () => {
    const text = `{a:.5,"b c":-0,c:1e-3,d:!0,e:!1,f:null,g:void 0,h:[[1,2],[]],i:'it\\'s \\u00e9',2:3,}`;
    expect(readExportedLiteral(bundle(text))).toEqual({
      ...{ a: 0.5, 'b c': -0, c: 0.001, d: true, e: false, f: null, g: null, h: [[1, 2], []], i: "it's é", 2: 3 },
    });
  });

  it('reads a shard, which is one string', () => {
    expect(readExportedLiteral(bundle('"AAEC/w=="'))).toBe('AAEC/w==');
  });

  it.each(['{a:b}', '{a:process.exit()}', '{a:1+1}', '[1,2', '"open', '{a 1}', '['.repeat(5_000)])(
    'refuses what is not a literal: %.20s',
    (text) => {
      expect(() => readExportedLiteral(`e.exports=${text}`)).toThrow(ScriptLiteralError);
    },
  );

  it('refuses a script that exports nothing', () => {
    expect(() => readExportedLiteral('e.exports={};console.log(1)')).toThrow('exports no literal');
  });

  it("reads nsfwjs's bundles as Node does", () => {
    const require = createRequire(import.meta.url);
    const folder = new URL('../../models/', pathToPackage(require.resolve('nsfwjs')));
    for (const file of ['mobilenet_v2/model.min.js', 'mobilenet_v2/group1-shard1of1.min.js']) {
      const path = new URL(file, folder);
      const expected = require(path.pathname) as unknown;
      expect(readExportedLiteral(readFileSync(path, 'utf8'))).toEqual(expected);
    }
  });
});

/** `dist/cjs/index.js` as a URL, to be resolved against. */
const pathToPackage = (entry: string) => new URL(`file://${entry.replace(/[^/]*$/, 'x/')}`);
