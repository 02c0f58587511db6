import { describe, expect, it } from 'vitest';
import { ServiceError } from '../errors.js';
import { operationOf, storageApi, textApi } from '../example-services.fixture.js';
import type { ServiceApi } from '../schema.js';
import { compilePattern, repeatsChoices } from './pattern.js';
import { validate } from './validate.js';

/** The wording outside Comprehend, which words a lone enumeration error its own way. */
const otherApi: ServiceApi = { ...textApi, name: 'translate' };
const detect = operationOf(textApi, 'Detect');

function refusalOf(input: unknown, api: ServiceApi = otherApi, operation = detect): ServiceError {
  try {
    validate(api, operation, input);
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
  throw new Error('The input was accepted');
}

describe('validate', () => {
  it('accepts an input that meets every constraint, at the bounds too', () => {
    const input = {
      Text: 'a',
      LanguageCode: 'es',
      Name: 'a'.repeat(63),
      Count: 500,
      Image: Buffer.alloc(8),
      Tags: [{ Key: '12345678' }, { Key: 'b' }, { Key: 'c' }],
      Keys: ['k'],
      Labels: { k: 'v' },
    };
    expect(() => validate(otherApi, detect, input)).not.toThrow();
  });

  it('names a missing member', () => {
    expect(refusalOf({})).toMatchObject({
      code: 'ValidationException',
      status: 400,
      message:
        "1 validation error detected: Value null at 'text' failed to satisfy constraint: Member must not be null",
    });
  });

  it('counts and joins several violations', () => {
    expect(refusalOf({ Text: 'a', Count: 501, Name: '-' }).message).toBe(
      "2 validation errors detected: Value '-' at 'name' failed to satisfy constraint: Member must satisfy regular " +
        "expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9])*; Value '501' at 'count' failed to satisfy constraint: " +
        'Member must have value less than or equal to 500',
    );
  });

  it('does not repeat a sensitive value', () => {
    expect(refusalOf({ Text: '' }).message).toBe(
      "1 validation error detected: Value at 'text' failed to satisfy constraint: Member must have length greater " +
        'than or equal to 1',
    );
  });

  it('gives a structure in a list its own path', () => {
    expect(refusalOf({ Text: 'a', Tags: [{ Key: 'a' }, { Value: 'b' }] }).message).toContain(
      "Value null at 'tags.2.member.key' failed",
    );
  });

  it('reports simple items by their list', () => {
    expect(refusalOf({ Text: 'a', Keys: ['ok', 'much-too-long'] }).message).toBe(
      "1 validation error detected: Value '[ok, much-too-long]' at 'keys' failed to satisfy constraint: Member must " +
        'satisfy constraint: [Member must have length less than or equal to 8, Member must have length greater than ' +
        'or equal to 1]',
    );
  });

  it('reports map keys and values by their map', () => {
    expect(refusalOf({ Text: 'a', Labels: { k: '' } }).message).toContain(
      "Value '{k=}' at 'labels' failed to satisfy constraint: Map value must satisfy constraint: [Member",
    );
    expect(refusalOf({ Text: 'a', Labels: { '': 'v' } }).message).toContain('Map keys must satisfy constraint: [');
  });

  it('prints a list of structures and a blob as Java does', () => {
    const tag = { Key: 'a', Value: 'b' };
    expect(refusalOf({ Text: 'a', Tags: [tag, tag, tag, tag] }).message).toContain(
      "Value '[Tag(key=a, value=b), Tag(key=a, value=b), Tag(key=a, value=b), Tag(key=a, value=b)]' at 'tags'",
    );
    expect(refusalOf({ Text: 'a', Image: Buffer.alloc(9) }).message).toContain(
      "Value 'java.nio.HeapByteBuffer[pos=0 lim=9 cap=9]' at 'image' failed",
    );
  });

  it('counts characters, not code units', () => {
    expect(() => validate(otherApi, detect, { Text: 'a', Keys: ['😀'.repeat(8)] })).not.toThrow();
    expect(refusalOf({ Text: 'a', Keys: ['😀'.repeat(9)] }).code).toBe('ValidationException');
  });

  it('refuses NaN where there is a range', () => {
    expect(refusalOf({ Text: 'a', Count: NaN }).code).toBe('ValidationException');
  });

  it('descends into recursive structures', () => {
    expect(refusalOf({ Text: 'a', Tree: { Left: { Left: { Name: '-' } } } }).message).toContain(
      "at 'tree.left.left.name'",
    );
  });

  it('lists a hundred violations of a thousand and counts them all', () => {
    const { message } = refusalOf({ Text: 'a', Tags: Array.from({ length: 1000 }, () => ({})) });
    expect(message.startsWith('1001 validation errors detected: ')).toBe(true);
    expect(message.split('; ')).toHaveLength(100);
  });

  it("words Comprehend's lone enumeration error as Comprehend does", () => {
    expect(refusalOf({ Text: 'a', LanguageCode: 'ro' }, textApi).message).toBe(
      "Value 'ro' at 'languageCode'failed to satisfy constraint: Member must satisfy enum value set: [en, es]",
    );
  });

  it.each([
    ['transcribe', 'BadRequestException'],
    ['sts', 'ValidationError'],
    ['sns', 'InvalidParameter'],
    ['polly', 'ValidationException'],
  ])('names the error of %s %s', (name, code) => {
    expect(refusalOf({ Text: '' }, { ...textApi, name }).code).toBe(code);
  });

  it('answers as S3 does', () => {
    const put = operationOf(storageApi, 'PutObject');
    const remove = operationOf(storageApi, 'DeleteObjects');
    const key = { Bucket: 'b', Key: 'k' };
    expect(refusalOf({ ...key, StorageClass: 'TAPE' }, storageApi, put).code).toBe('InvalidStorageClass');
    expect(refusalOf({ Bucket: 'b', Delete: { Objects: [{}] } }, storageApi, remove).code).toBe('MalformedXML');
    expect(refusalOf(key, storageApi, operationOf(storageApi, 'CopyObject')).message).toContain('x-amz-copy-source');
  });
});

describe('compilePattern', () => {
  it('matches whole strings, with alternatives on either side', () => {
    const matches = compilePattern('a|b');
    expect([matches('a'), matches('b'), matches('xa'), matches('bx')]).toEqual([true, true, false, false]);
  });

  it('sees choices inside repeated groups', () => {
    const nested = ['(a*)*', '(a+)+b', '((ab)*c)+', '[a-z]([-a-z]*[a-z]){0,39}?x(a*){2,}', '(-*[a-z])*', '(a|a)*'];
    const plain = ['a*b*', '[*+]+', '(ab)+', '\\(a*\\)+', '(a|b)c*', '[(]a*[)]*'];
    expect(nested.map(repeatsChoices)).toEqual(nested.map(() => true));
    expect(plain.map(repeatsChoices)).toEqual(plain.map(() => false));
  });

  it.each(['(a*)*b', '(a+)+', '(a|a)*b', '([a-z]+)*[0-9]', 'a*a*a*a*a*a*b', '[a-z0-9]([-a-z0-9]*[a-z0-9]){0,39}'])(
    'ends on a string made to hang %s',
    (source) => {
      const matches = compilePattern(source);
      // Work that grows faster than its input would run into the test's time limit.
      expect(matches(`${'a'.repeat(300)}!`)).toBe(false);
    },
  );

  it('leaves very long strings to the length constraint, except where one class is repeated', () => {
    expect(compilePattern('a+b')('a'.repeat(10_000))).toBe(true);
    expect(compilePattern('[a-z]*')('A'.repeat(10_000))).toBe(false);
  });
});
