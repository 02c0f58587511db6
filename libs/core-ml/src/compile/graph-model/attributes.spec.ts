import { describe, expect, it } from 'vitest';
import { SourceModelError } from '../errors.js';
import { NodeAttributes } from './attributes.js';

const attributes = (written: Record<string, unknown>): NodeAttributes => new NodeAttributes('n', written);

describe('NodeAttributes', () => {
  it('reads strings in base64 and as bytes', () => {
    const codes = [...'SAME'].map((letter) => letter.charCodeAt(0));
    expect(attributes({ p: { s: 'U0FNRQ==' } }).text('p', '')).toBe('SAME');
    expect(attributes({ p: { s: codes } }).text('p', '')).toBe('SAME');
    expect(attributes({ f: { list: { s: ['Qmlhc0FkZA==', 'UmVsdQ=='] } } }).texts('f')).toEqual(['BiasAdd', 'Relu']);
  });

  it('reads numbers that are written as strings', () => {
    const integers = attributes({ s: { list: { i: ['1', 2, '-1'] } } }).integers('s');
    expect(integers).toEqual([1, 2, -1]);
    expect(attributes({ e: { f: 0.5 }, i: { f: 'Infinity' } }).real('i', 0)).toBe(Infinity);
    expect(attributes({ n: { f: 'NaN' } }).real('n', 0)).toBeNaN();
  });

  it('falls back where an attribute is absent', () => {
    const none = attributes({});
    expect([none.text('a', 'b'), none.integer('a', 3), none.real('a', 0.5), none.flag('a')]).toEqual([
      'b',
      3,
      0.5,
      false,
    ]);
    expect([none.integers('a'), none.texts('a'), none.elementType('a'), none.shape('a')]).toEqual([
      [],
      [],
      undefined,
      undefined,
    ]);
  });

  it('reads element types by name and by number, wide ones as TensorFlow.js stores them', () => {
    const type = (value: unknown): unknown => attributes({ t: { type: value } }).elementType('t');
    expect(['DT_FLOAT', 'DT_INT64', 'DT_BOOL', 1, 3].map(type)).toEqual([
      'float32',
      'int32',
      'bool',
      'float32',
      'int32',
    ]);
    expect(() => type('DT_COMPLEX64')).toThrow(SourceModelError);
    expect(() => type(77)).toThrow(/'n', attribute 't': unsupported element type 77/);
  });

  it('reads shapes, of unknown lengths and of unknown rank', () => {
    const shape = (value: unknown): unknown => attributes({ s: { shape: value } }).shape('s');
    expect(shape({ dim: [{ size: '-1' }, { size: '3' }, { size: 4 }] })).toEqual([undefined, 3, 4]);
    expect(shape({})).toEqual([]);
    expect(shape({ unknownRank: true })).toBeUndefined();
    expect(() => shape({ dim: [{ size: 'x' }] })).toThrow(/not a whole number/);
    expect(() => shape({ dim: 3 })).toThrow(/not a list/);
  });

  it('refuses what is neither number nor text', () => {
    expect(() => attributes({ a: { i: {} } }).integer('a', 0)).toThrow(/expected a number, got {}/);
    expect(() => attributes({ a: { s: 5 } }).text('a', '')).toThrow(/expected a string/);
  });
});
