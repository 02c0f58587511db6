import { describe, expect, it } from 'vitest';
import { readMessageAttributes } from '../messages/message-attributes.js';
import { filterableAttributes, filterableBody, parseFilterPolicy } from './filter-policy.js';

const attributes = filterableAttributes(
  readMessageAttributes({
    store: { DataType: 'String', StringValue: 'example_corp' },
    price: { DataType: 'Number', StringValue: '300.0' },
    ip: { DataType: 'String', StringValue: '10.0.0.7' },
    interests: { DataType: 'String.Array', StringValue: '["soccer", "rugby", 5, true, null]' },
    digits: { DataType: 'String', StringValue: '300' },
    bytes: { DataType: 'Binary', BinaryValue: Buffer.of(1) },
  }),
);
const matches = (policy: object) => parseFilterPolicy(JSON.stringify(policy), 'MessageAttributes')?.matches(attributes);

// The cases follow https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policies-strings and its neighbours.
describe('a filter policy on attributes', () => {
  it('wants every key and one of its values', () => {
    expect(matches({ store: ['other', 'example_corp'], price: [300] })).toBe(true);
    expect(matches({ store: ['example_corp'], price: [301] })).toBe(false);
    expect(matches({ missing: ['x'] })).toBe(false);
  });

  it('compares numbers as numbers and texts as texts', () => {
    expect([matches({ price: [3e2] }), matches({ price: ['300'] })]).toEqual([true, false]);
    expect([matches({ digits: ['300'] }), matches({ digits: [300] })]).toEqual([true, false]);
    expect(matches({ price: [{ numeric: ['>', 0, '<=', 300] }] })).toBe(true);
    expect(matches({ digits: [{ numeric: ['=', 300] }] })).toBe(false);
  });

  it('looks into lists', () => {
    expect([matches({ interests: ['rugby'] }), matches({ interests: ['tennis'] })]).toEqual([true, false]);
    expect([matches({ interests: [true] }), matches({ interests: [null] }), matches({ interests: [5] })]).toEqual([
      true,
      true,
      true,
    ]);
    // One element that is something else is enough.
    expect(matches({ interests: [{ 'anything-but': ['rugby', 'tennis'] }] })).toBe(true);
  });

  it('knows all operators', () => {
    expect(matches({ store: [{ prefix: 'example' }] })).toBe(true);
    expect(matches({ store: [{ suffix: '_corp' }] })).toBe(true);
    expect(matches({ store: [{ 'equals-ignore-case': 'EXAMPLE_CORP' }] })).toBe(true);
    expect(matches({ store: [{ 'anything-but': { prefix: 'example' } }] })).toBe(false);
    expect(matches({ store: [{ 'anything-but': { suffix: '_ltd' } }] })).toBe(true);
    expect(matches({ ip: [{ cidr: '10.0.0.0/24' }] })).toBe(true);
    expect([matches({ store: [{ exists: true }] }), matches({ store: [{ exists: false }] })]).toEqual([true, false]);
    expect(matches({ missing: [{ exists: false }] })).toBe(true);
    expect(matches({ $or: [{ store: ['other'] }, { price: [{ numeric: ['>', 100] }] }] })).toBe(true);
  });

  it('does not see binary attributes, nor what every object has', () => {
    expect(matches({ bytes: [{ exists: true }] })).toBe(false);
    expect(matches({ constructor: [{ exists: true }] })).toBe(false);
  });

  it('lets everything through where it is empty', () => {
    expect(parseFilterPolicy('{}', 'MessageAttributes')).toBeUndefined();
  });

  const values = (count: number) => Array.from({ length: count }, (_, i) => `v${i}`);
  it.each([
    ['{', 'FilterPolicy: failed to parse JSON.'],
    ['[]', 'FilterPolicy: Filter is not an object'],
    [{ a: 'x' }, 'FilterPolicy: "a" must be an object or an array'],
    [{ a: { b: ['x'] } }, 'does not support nested filter policy'],
    [{ $or: [{ a: ['x'] }, { b: { c: ['x'] } }] }, 'does not support nested filter policy'],
    [Object.fromEntries(values(6).map((name) => [name, ['x']])), 'more than 5 keys'],
    [{ a: values(10), b: values(16) }, 'too complex'],
    [{ a: ['x'.repeat(300_000)] }, 'too large'],
  ])('refuses %j', (policy, reason) => {
    const text = typeof policy === 'string' ? policy : JSON.stringify(policy);
    expect(() => parseFilterPolicy(text, 'MessageAttributes')).toThrow(reason);
  });

  it('takes what is just not too complex', () => {
    expect(parseFilterPolicy(JSON.stringify({ a: values(10), b: values(15) }), 'MessageAttributes')).toBeDefined();
  });
});

describe('a filter policy on the body', () => {
  const inBody = (policy: object, body: string) => {
    const judged = filterableBody(body);
    return judged && parseFilterPolicy(JSON.stringify(policy), 'MessageBody')?.matches(judged);
  };

  it('looks into nested objects', () => {
    const body = JSON.stringify({ order: { items: [{ sku: 'a' }, { sku: 'b' }], total: 5 } });
    expect(inBody({ order: { total: [{ numeric: ['<', 10] }], items: { sku: ['b'] } } }, body)).toBe(true);
    expect(inBody({ order: { items: { sku: ['c'] } } }, body)).toBe(false);
  });

  it('matches nothing that is no JSON object', () => {
    for (const body of ['text', '[]', 'null', '"x"', '']) {
      expect(inBody({ a: [{ exists: false }] }, body), body).toBeUndefined();
    }
  });

  it('counts combinations by levels', () => {
    // 3 values on level 3, 1 on level 2, 6 on level 3: 9 * 2 * 18 = 324.
    const policy = {
      a: { b: { c: ['1', '2', '3'] } },
      d: { e: ['1'] },
      f: { g: { h: ['1', '2', '3', '4', '5', '6'] } },
    };
    expect(() => parseFilterPolicy(JSON.stringify(policy), 'MessageBody')).toThrow('too complex');
    const smaller = { a: { b: { c: ['1', '2', '3'] } }, d: { e: ['1'] } };
    expect(parseFilterPolicy(JSON.stringify(smaller), 'MessageBody')).toBeDefined();
  });
});
