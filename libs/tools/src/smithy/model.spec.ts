import { describe, expect, it } from 'vitest';
import { resolve, shortName, trait } from './model.js';

describe('shortName', () => {
  it('drops the namespace and marks prelude shapes', () => {
    expect(shortName('com.amazonaws.s3#Bucket')).toBe('Bucket');
    expect(shortName('smithy.api#String')).toBe('$String');
  });
});

describe('resolve', () => {
  const model = { shapes: { 'a#Name': { type: 'string' } } };

  it('finds shapes of the model, the prelude and the empty structure', () => {
    expect(resolve(model, 'a#Name').type).toBe('string');
    expect(resolve(model, 'smithy.api#PrimitiveLong').type).toBe('long');
    expect(resolve(model, 'smithy.api#Unit')).toEqual({ type: 'structure', members: {} });
  });

  it('refuses a reference to nothing', () => {
    expect(() => resolve(model, 'a#Missing')).toThrow('a#Missing');
    expect(() => resolve(model, 'a#String')).toThrow('a#String');
  });
});

describe('trait', () => {
  it('reads Smithy traits by short name and others by full name', () => {
    const shape = { traits: { 'smithy.api#pattern': 'x', 'aws.api#service': { sdkId: 'Y' } } };
    expect(trait(shape, 'pattern')).toBe('x');
    expect(trait(shape, 'aws.api#service')).toEqual({ sdkId: 'Y' });
    expect(trait(shape, 'length')).toBeUndefined();
  });
});
