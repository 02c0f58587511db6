import { cbor } from '@smithy/core/cbor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CborError } from './cbor-error.js';
import { CborWriter } from './cbor-writer.js';
import { CborTag, decodeCbor, type CborValue } from './decode-cbor.js';

const decode = (hex: string): CborValue => decodeCbor(Buffer.from(hex, 'hex'));
const map = (entries: Record<string, CborValue>) => new Map(Object.entries(entries));
const bytes = (hex: string) => Buffer.from(hex, 'hex');

/** RFC 8949, appendix A, all of it but maps whose keys are numbers and simple values without a meaning. */
const examples: readonly (readonly [hex: string, value: CborValue])[] = [
  ['00', 0],
  ['01', 1],
  ['0a', 10],
  ['17', 23],
  ['1818', 24],
  ['1819', 25],
  ['1864', 100],
  ['1903e8', 1000],
  ['1a000f4240', 1_000_000],
  ['1b000000e8d4a51000', 1_000_000_000_000],
  ['1bffffffffffffffff', 18_446_744_073_709_551_615n],
  ['c249010000000000000000', 18_446_744_073_709_551_616n],
  ['3bffffffffffffffff', -18_446_744_073_709_551_616n],
  ['c349010000000000000000', -18_446_744_073_709_551_617n],
  ['20', -1],
  ['29', -10],
  ['3863', -100],
  ['3903e7', -1000],
  ['f90000', 0],
  ['f98000', -0],
  ['f93c00', 1],
  ['fb3ff199999999999a', 1.1],
  ['f93e00', 1.5],
  ['f97bff', 65_504],
  ['fa47c35000', 100_000],
  ['fa7f7fffff', 3.402_823_466_385_288_6e38],
  ['fb7e37e43c8800759c', 1e300],
  ['f90001', 5.960_464_477_539_063e-8],
  ['f90400', 0.000_061_035_156_25],
  ['f9c400', -4],
  ['fbc010666666666666', -4.1],
  ['f97c00', Infinity],
  ['f97e00', NaN],
  ['f9fc00', -Infinity],
  ['fa7f800000', Infinity],
  ['fa7fc00000', NaN],
  ['faff800000', -Infinity],
  ['fb7ff0000000000000', Infinity],
  ['fb7ff8000000000000', NaN],
  ['fbfff0000000000000', -Infinity],
  ['f4', false],
  ['f5', true],
  ['f6', null],
  ['f7', undefined],
  ['c074323031332d30332d32315432303a30343a30305a', new CborTag(0, '2013-03-21T20:04:00Z')],
  ['c11a514b67b0', new CborTag(1, 1_363_896_240)],
  ['c1fb41d452d9ec200000', new CborTag(1, 1_363_896_240.5)],
  ['d74401020304', new CborTag(23, bytes('01020304'))],
  ['d818456449455446', new CborTag(24, bytes('6449455446'))],
  ['d82076687474703a2f2f7777772e6578616d706c652e636f6d', new CborTag(32, 'http://www.example.com')],
  ['40', bytes('')],
  ['4401020304', bytes('01020304')],
  ['60', ''],
  ['6161', 'a'],
  ['6449455446', 'IETF'],
  ['62225c', '"\\'],
  ['62c3bc', 'ü'],
  ['63e6b0b4', '水'],
  ['64f0908591', '\u{10151}'],
  ['80', []],
  ['83010203', [1, 2, 3]],
  ['8301820203820405', [1, [2, 3], [4, 5]]],
  [
    '98190102030405060708090a0b0c0d0e0f101112131415161718181819',
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25],
  ],
  ['a0', map({})],
  ['a26161016162820203', map({ a: 1, b: [2, 3] })],
  ['826161a161626163', ['a', map({ b: 'c' })]],
  ['a56161614161626142616361436164614461656145', map({ a: 'A', b: 'B', c: 'C', d: 'D', e: 'E' })],
  ['5f42010243030405ff', bytes('0102030405')],
  ['7f657374726561646d696e67ff', 'streaming'],
  ['9fff', []],
  ['9f018202039f0405ffff', [1, [2, 3], [4, 5]]],
  ['9f01820203820405ff', [1, [2, 3], [4, 5]]],
  ['83018202039f0405ff', [1, [2, 3], [4, 5]]],
  ['83019f0203ff820405', [1, [2, 3], [4, 5]]],
  [
    '9f0102030405060708090a0b0c0d0e0f101112131415161718181819ff',
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25],
  ],
  ['bf61610161629f0203ffff', map({ a: 1, b: [2, 3] })],
  ['826161bf61626163ff', ['a', map({ b: 'c' })]],
  ['bf6346756ef563416d7421ff', map({ Fun: true, Amt: -2 })],
];

/** Not well-formed, of RFC 8949, appendix F; beyond our limits; or not of Smithy's kind. */
const refused: readonly (readonly [what: string, hex: string])[] = [
  ['nothing', ''],
  ['a missing argument', '18'],
  ['a missing item', '8201'],
  ['a missing value', 'a16161'],
  ['a text cut short', '6261'],
  ['a length without the bytes', '5bffffffffffffffff'],
  ['an array of a length without the items', '9bffffffffffffffff'],
  ['a map of a length without the entries', 'bb7fffffffffffffff'],
  ['an array without its end', '9f01'],
  ['a piece of another kind', '5f6100ff'],
  ['a piece of indefinite length', '5f5f4100ffff'],
  ['a lone break', 'ff'],
  ['a break in a definite array', '81ff'],
  ['a break in place of a map value', 'bf6161ff'],
  ['a break under a tag', 'c1ff'],
  ['a reserved length', '1c'],
  ['an indefinite integer', '1f'],
  ['an indefinite tag', 'df00'],
  ['a reserved simple value', 'fc'],
  ['a simple value without a meaning', 'f0'],
  ['a simple value in two bytes', 'f818'],
  ['bytes after the document', '0000'],
  ['a text that is no UTF-8', '61ff'],
  ['a character split over pieces', '7f61c361bcff'],
  ['a map with a number for a key', 'a10102'],
  ['a map with a key twice', 'a2616101616102'],
  ['a big number of text', 'c26161'],
];

describe('CBOR', () => {
  it.each(examples)('reads %s of RFC 8949 as %o', (hex, value) => {
    expect(decode(hex)).toEqual(value);
  });

  it.each(refused)('refuses %s', (_, hex) => {
    expect(() => decode(hex)).toThrow(CborError);
  });

  it('refuses deep nesting of any kind, however deep', () => {
    for (const open of ['81', '9f', 'a16161', 'bf6161', 'c1'])
      for (const depth of [200, 1_000_000])
        expect(() => decode(open.repeat(depth) + '00')).toThrow('it is nested too deeply');
    expect(decode('81'.repeat(100) + '00')).toHaveLength(1);
  });

  it('refuses more items than memory is meant for', () => {
    const many = Buffer.concat([Buffer.from('9a00400000', 'hex'), Buffer.alloc(4 << 20, 0x80)]);
    expect(() => decodeCbor(many)).toThrow('it has too many items');
  });

  it('refuses a big number that would cost more than it is worth', () => {
    expect(() => decodeCbor(Buffer.concat([bytes('c25a00100000'), Buffer.alloc(1 << 20, 1)]))).toThrow('too big');
  });

  it('comes back as it was written', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const writer = new CborWriter();
        write(writer, value);
        expect(decodeCbor(writer.finish())).toEqual(value);
      }),
    );
  });

  it("is read by Amazon's JavaScript codec, and reads what that writes", () => {
    const plain = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.maxSafeInteger(),
        fc.double({ noNaN: true }).filter((number) => !Number.isInteger(number)),
        fc.string({ unit: 'grapheme' }),
        fc.boolean(),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(
          fc.string({ minLength: 1 }).filter((key) => key !== '__proto__'),
          tie('value'),
          { maxKeys: 4, noNullPrototype: true },
        ),
      ),
    })).value;
    fc.assert(
      fc.property(plain, (value) => {
        expect(asObject(decodeCbor(Buffer.from(cbor.serialize(value))))).toEqual(value);
        const writer = new CborWriter();
        write(writer, asValue(value));
        expect(cbor.deserialize(writer.finish())).toEqual(value);
      }),
    );
  });
});

const anyValue = fc.letrec<{ value: CborValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.maxSafeInteger(),
    fc.bigInt({ min: -(2n ** 100n), max: 2n ** 100n }).filter((value) => !Number.isSafeInteger(Number(value))),
    fc.double().filter((value) => !Number.isInteger(value) || Object.is(value, -0)),
    fc.string({ unit: 'grapheme' }),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array({ maxLength: 300 }).map((value) => Buffer.from(value)),
    fc.array(tie('value'), { maxLength: 30 }),
    fc.array(fc.tuple(fc.string(), tie('value')), { maxLength: 30 }).map((entries) => new Map(entries)),
    fc.double().map((seconds) => new CborTag(1, Object.is(seconds, -0) || Number.isInteger(seconds) ? 0.5 : seconds)),
  ),
})).value;

function write(writer: CborWriter, value: CborValue): void {
  if (value === null || value === undefined) writer.null();
  else if (typeof value === 'string') writer.text(value);
  else if (typeof value === 'boolean') writer.boolean(value);
  else if (typeof value === 'bigint') writer.integer(value);
  else if (typeof value === 'number') {
    if (Number.isInteger(value) && !Object.is(value, -0)) writer.integer(value);
    else writer.double(value);
  } else if (Buffer.isBuffer(value)) writer.byteString(value);
  else if (value instanceof CborTag) {
    writer.tag(Number(value.tag));
    write(writer, value.value);
  } else if (value instanceof Map) {
    writer.map(value.size);
    for (const [key, inner] of value as ReadonlyMap<string, CborValue>) {
      writer.text(key);
      write(writer, inner);
    }
  } else {
    const items = value as readonly CborValue[];
    writer.array(items.length);
    for (const item of items) write(writer, item);
  }
}

const asObject = (value: CborValue): unknown => {
  if (value instanceof Map)
    return Object.fromEntries(
      [...(value as ReadonlyMap<string, CborValue>)].map(([key, inner]) => [key, asObject(inner)]),
    );
  return Array.isArray(value) ? value.map((item: CborValue) => asObject(item)) : value;
};

const asValue = (value: unknown): CborValue => {
  if (Array.isArray(value)) return value.map(asValue);
  if (typeof value === 'object' && value !== null)
    return new Map(Object.entries(value).map(([key, inner]) => [key, asValue(inner)]));
  return value as CborValue;
};
