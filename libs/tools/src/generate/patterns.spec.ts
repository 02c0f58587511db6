import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findEndless } from './pattern-search.fixture.js';
import { toJavaScriptPattern } from './patterns.js';
import { generatedApis } from './services.js';

const whole = (pattern: string) => new RegExp(`^(?:${pattern})$`, 'u');

/** All strings over an alphabet of words, up to `length` words. */
function* strings(alphabet: readonly string[], length: number): Generator<string> {
  yield '';
  if (length === 0) return;
  for (const rest of strings(alphabet, length - 1)) for (const word of alphabet) yield word + rest;
}

describe('toJavaScriptPattern', () => {
  it.each([
    ['\\A\\p{Alnum}+\\z', '^[a-zA-Z0-9]+$'],
    ['^[\\p{Alnum}_]+$', '^[a-zA-Z0-9_]+$'],
    ['^\\P{Print}$', '^[^\\x20-\\x7e]$'],
    ['^[\\w-.]+$', '^[\\w\\-.]+$'],
    ["^\\_\\'\\!$", "^_'!$"],
    ['^[a-z]${1,128}$', '^[a-z]{1,128}$'],
    ['^[[a]$', '^[\\[a]$'],
    ['^a}$', '^a\\}$'],
    ['^\\{{2}$', '^\\{{2}$'],
    ['^\\pL$', '^\\p{L}$'],
  ])('rewrites %s', (java, javaScript) => {
    expect(toJavaScriptPattern(java)).toBe(javaScript);
  });

  it('turns a search into a match of the whole string', () => {
    expect(toJavaScriptPattern('\\S')).toBe('.*\\S.*');
    const arn = whole(toJavaScriptPattern('^arn:aws:kms:.*:key/'));
    expect(arn.test('arn:aws:kms:us-east-1:123456789012:key/abc')).toBe(true);
    expect(arn.test('x arn:aws:kms:us-east-1:123456789012:key/abc')).toBe(false);
  });

  it.each(['^\\h+$', '^\\Qa\\E$', '^[a\\P{Alnum}]$', '^a++$', '^($'])(
    'refuses %s, whose meaning would be lost',
    (java) => {
      expect(() => toJavaScriptPattern(java)).toThrow();
    },
  );
});

describe('rewritten exponential patterns', () => {
  it.each([
    ['^[a-z0-9]([-a-z0-9]*[a-z0-9]){0,39}?$', ['a', '0', '-', 'A'], 6],
    ['^https://([.\\-_a-zA-Z0-9]+/?){3,1016}$', ['https://', 'a', '.', '/', '!'], 6],
    ['(?:[ \\r\\n\\t].*)*$', ['a', ' ', '\n', '\r', '\u2028'], 5],
  ])('%s accepts the same strings', (pattern, alphabet, length) => {
    // The third is a search, which to the server means `.*` before it.
    const original = whole(pattern.startsWith('^') ? pattern : `.*${pattern}`);
    const rewritten = whole(toJavaScriptPattern(pattern));
    let accepted = 0;
    let refused = 0;
    for (const text of strings(alphabet, length)) {
      const verdict = original.test(text);
      expect(rewritten.test(text), JSON.stringify(text)).toBe(verdict);
      if (verdict) accepted++;
      else refused++;
    }
    expect(accepted).toBeGreaterThan(20);
    expect(refused).toBeGreaterThan(20);
  });
});

describe('the patterns of all services', () => {
  const root = join(import.meta.dirname, '..', '..', '..', '..');
  const schemas = generatedApis.map(({ service, part }) =>
    readFileSync(join(root, 'services', service, 'src', 'api', part ?? '', 'schema.ts'), 'utf8'),
  );
  const patterns = [
    ...new Set(
      schemas.flatMap((text) =>
        [...text.matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)].map((match) => JSON.parse(match[1] ?? '') as string),
      ),
    ),
  ];

  it('compile under the u flag', () => {
    expect(patterns.length).toBeGreaterThan(200);
    for (const pattern of patterns) expect(() => whole(pattern), pattern).not.toThrow();
  });

  it('end soon on hostile strings', async () => {
    expect(await findEndless(patterns, 15_000)).toBeUndefined();
  }, 120_000);

  it('would be caught if they did not', async () => {
    for (const endless of ['[a-z0-9]([-a-z0-9]*[a-z0-9]){0,39}?', 'https://([.\\-_a-zA-Z0-9]+/?){3,1016}']) {
      expect(await findEndless(['[a-z]+', endless, '[0-9]+'], 1_000)).toBe(endless);
    }
  }, 60_000);
});
