import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGlob } from './glob.js';
import { PatternError } from './pattern-error.js';
import { compilePattern } from './pattern.js';

const event = {
  source: 'aws.s3',
  'detail-type': 'Object Created',
  resources: ['arn:aws:s3:::photos', 'arn:aws:s3:::films'],
  detail: {
    bucket: { name: 'photos' },
    object: { key: 'cats/Tom.JPG', size: 0, version: null },
    'source-ip-address': '10.0.0.255',
    parts: [
      { number: 1, state: 'done' },
      { number: 2, state: 'open' },
    ],
    none: [],
  },
};
const matches = (pattern: object) => compilePattern(pattern).matches(event);
const key = (...conditions: unknown[]) => matches({ detail: { object: { key: conditions } } });
const size = (...conditions: unknown[]) => matches({ detail: { object: { size: conditions } } });

// The cases follow https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
describe('a pattern', () => {
  it('holds when every field holds, and a field when one of its conditions does', () => {
    expect(matches({ source: ['aws.ec2', 'aws.s3'], detail: { bucket: { name: ['photos'] } } })).toBe(true);
    expect(matches({ source: ['aws.s3'], detail: { bucket: { name: ['films'] } } })).toBe(false);
  });

  it('compares values with their types', () => {
    expect([size(0), size('0'), size(null), size(false)]).toEqual([true, false, false, false]);
    expect(matches({ detail: { object: { version: [null] } } })).toBe(true);
    expect(matches({ detail: { object: { version: ['null'] } } })).toBe(false);
  });

  it('looks for an element of a list that holds', () => {
    expect(matches({ resources: ['arn:aws:s3:::films'] })).toBe(true);
    expect(matches({ resources: ['arn:aws:s3:::books'] })).toBe(false);
    expect(matches({ detail: { none: [null] } })).toBe(false);
  });

  it('wants nested fields in one element of a list', () => {
    expect(matches({ detail: { parts: { number: [2], state: ['open'] } } })).toBe(true);
    expect(matches({ detail: { parts: { number: [1], state: ['open'] } } })).toBe(false);
  });

  it('finds prefixes, suffixes and words, with and without their case', () => {
    expect([key({ prefix: 'cats/' }), key({ prefix: 'Cats/' })]).toEqual([true, false]);
    expect([key({ suffix: '.JPG' }), key({ suffix: '.jpg' })]).toEqual([true, false]);
    expect(key({ suffix: { 'equals-ignore-case': '.jpg' } })).toBe(true);
    expect(key({ prefix: { 'equals-ignore-case': 'CATS' } })).toBe(true);
    expect([key({ 'equals-ignore-case': 'CATS/TOM.jpg' }), key({ 'equals-ignore-case': 'tom' })]).toEqual([
      true,
      false,
    ]);
  });

  it('finds wildcards', () => {
    expect([key({ wildcard: 'cats/*.JPG' }), key({ wildcard: '*Tom*' }), key({ wildcard: '*' })]).toEqual([
      true,
      true,
      true,
    ]);
    expect([key({ wildcard: 'cats/*.png' }), key({ wildcard: '' })]).toEqual([false, false]);
  });

  it('takes anything but a value, a list, a prefix, a suffix, a wildcard', () => {
    expect([key({ 'anything-but': 'x' }), key({ 'anything-but': ['x', 'cats/Tom.JPG'] })]).toEqual([true, false]);
    expect([
      key({ 'anything-but': { prefix: 'dogs' } }),
      key({ 'anything-but': { prefix: ['dogs', 'cats'] } }),
    ]).toEqual([true, false]);
    expect([key({ 'anything-but': { suffix: '.JPG' } }), key({ 'anything-but': { wildcard: '*Tom*' } })]).toEqual([
      false,
      false,
    ]);
    expect(key({ 'anything-but': { 'equals-ignore-case': ['CATS/TOM.JPG'] } })).toBe(false);
    expect([size({ 'anything-but': 0 }), size({ 'anything-but': [1, 2] })]).toEqual([false, true]);
    expect(matches({ detail: { missing: [{ 'anything-but': 'x' }] } })).toBe(false);
  });

  it('compares numbers with bounds', () => {
    expect([size({ numeric: ['=', 0] }), size({ numeric: ['>', 0] }), size({ numeric: ['>=', 0, '<', 5] })]).toEqual([
      true,
      false,
      true,
    ]);
    expect(key({ numeric: ['>', -1] })).toBe(false);
  });

  it('knows addresses in a range', () => {
    const from = (cidr: string) => matches({ detail: { 'source-ip-address': [{ cidr }] } });
    expect([from('10.0.0.0/24'), from('10.0.1.0/24'), from('2001:db8::/32')]).toEqual([true, false, false]);
  });

  it('tells a field that is there from one that is not, at leaves', () => {
    const there = (exists: boolean, ...path: string[]) =>
      matches({ detail: path.reduceRight<object>((inner, name) => ({ [name]: inner }), [{ exists }]) });
    expect([there(true, 'object', 'key'), there(false, 'object', 'key')]).toEqual([true, false]);
    expect([there(true, 'missing', 'deep'), there(false, 'missing', 'deep')]).toEqual([false, true]);
    expect(there(true, 'object')).toBe(false);
    expect(there(true, 'constructor')).toBe(false);
  });

  it('takes one of several alternatives, also nested ones', () => {
    const either = (...names: string[]) => ({ $or: names.map((name) => ({ bucket: { name: [name] } })) });
    expect(matches({ source: ['aws.s3'], detail: either('films', 'photos') })).toBe(true);
    expect(matches({ detail: either('films', 'books') })).toBe(false);
    expect(matches({ $or: [{ source: ['aws.ec2'] }, { detail: either('films', 'photos') }] })).toBe(true);
    // A list of anything else is the value of a field that happens to have this name.
    expect(compilePattern({ $or: ['x'] }).matches({ $or: 'x' })).toBe(true);
  });

  it.each([
    [[], 'Filter is not an object'],
    [{}, 'Empty objects are not allowed'],
    [{ a: [] }, 'Empty arrays are not allowed'],
    [{ a: 'x' }, '"a" must be an object or an array'],
    [{ a: [['x']] }, 'Match value must be String, number, true, false, or null'],
    [{ a: [{ EXISTS: true }] }, 'Unrecognized match type EXISTS'],
    [{ a: [{ toString: true }] }, 'Unrecognized match type toString'],
    [{ a: [{ prefix: 1 }] }, 'prefix match pattern must be a string'],
    [{ a: [{ prefix: 'x', suffix: 'y' }] }, 'Only one key allowed in match expression'],
    [{ a: [{ 'anything-but': null }] }, 'Value of anything-but must be an array or single string/number value.'],
    [{ a: [{ 'anything-but': { prefix: '' } }] }, 'Null prefix/suffix not allowed'],
    [{ a: [{ numeric: 10 }] }, 'Value of numeric must be an array.'],
    [{ a: [{ numeric: ['>', 0, '>', 0] }] }, 'Bad numeric range operator: >'],
    [{ a: [{ numeric: ['>', 0, '<'] }] }, 'Value of < must be numeric'],
    [{ a: [{ cidr: 'x' }] }, "Malformed CIDR, one '/' required"],
    [{ a: [{ wildcard: 'a**b' }] }, 'Consecutive wildcard characters at pos 2'],
  ])('refuses %j', (pattern, reason) => {
    expect(() => compilePattern(pattern)).toThrow(new PatternError(reason));
  });

  it('refuses what is nested without end', () => {
    let pattern: unknown = ['x'];
    for (let depth = 0; depth < 10_000; depth++) pattern = { a: pattern };
    expect(() => compilePattern(pattern)).toThrow(PatternError);
  });
});

describe('a wildcard', () => {
  it('agrees with a regular expression', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), text, (parts, candidate) => {
        const pattern = parts.filter((part, i) => part !== '' || i === 0 || i === parts.length - 1).join('*');
        const expression = new RegExp(`^${pattern.replaceAll('*', '.*')}$`);
        expect(compileGlob(pattern)(candidate)).toBe(expression.test(candidate));
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes an escaped star literally', () => {
    expect(compileGlob('a\\*b')('a*b')).toBe(true);
    expect(compileGlob('a\\*b')('axb')).toBe(false);
    expect(() => compileGlob('a\\b')).toThrow(PatternError);
  });

  it('does not backtrack', () => {
    // Work that grows faster than its input would run into the test's time limit.
    expect(compileGlob(`${'a*'.repeat(50)}b`)('a'.repeat(100_000))).toBe(false);
  });
});
