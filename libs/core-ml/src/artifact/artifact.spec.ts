import { describe, expect, it } from 'vitest';
import { ArtifactError, tensorOf, type Artifact } from './artifact.js';
import { decodeArtifact } from './decode.js';
import { encodeArtifact } from './encode.js';

const artifact: Artifact = {
  format: 'example/1',
  algorithm: 'example',
  hyperparameters: { k: 3, name: 'x', on: true },
  writer: '1.2.3',
  attributes: { labels: ['a', 'b'] },
  tensors: new Map([
    ['weights', { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, -6.5) }],
    ['codes', { shape: [3], data: Uint8Array.of(7, 8, 255) }],
    ['empty', { shape: [0, 4], data: new Int32Array(0) }],
  ]),
};

describe('artifacts', () => {
  it('come back as they were, at any offset in memory', () => {
    const bytes = encodeArtifact(artifact);
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(decodeArtifact(bytes)).toEqual(artifact);
    expect(decodeArtifact(shifted.subarray(3))).toEqual(artifact);
  });

  it('are refused or read whole, never half, when cut at any byte', () => {
    const bytes = encodeArtifact(artifact);
    for (let length = 0; length < bytes.length - 8; length++) {
      expect(() => decodeArtifact(bytes.subarray(0, length))).toThrow(ArtifactError);
    }
  });

  it('give an ArtifactError or an artifact when a byte is changed, and nothing else', () => {
    const bytes = encodeArtifact(artifact);
    let refused = 0;
    for (let at = 0; at < bytes.length; at++) {
      for (const change of [1, 16, 128]) {
        const hostile = bytes.slice();
        hostile[at]! ^= change;
        try {
          decodeArtifact(hostile);
        } catch (error) {
          expect(error).toBeInstanceOf(ArtifactError);
          refused++;
        }
      }
    }
    expect(refused).toBeGreaterThan(50);
  });

  it('do not let a shape claim more than is there', () => {
    const text = new TextDecoder('latin1').decode(encodeArtifact(artifact)).replace('[2,3]', '[9,9]');
    const hostile = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    expect(() => decodeArtifact(hostile)).toThrow('larger than the file');
  });

  it('give tensors only as the type and shape asked for', () => {
    expect(tensorOf(artifact, 'weights', Float32Array, [2, -1])).toHaveLength(6);
    expect(() => tensorOf(artifact, 'weights', Int32Array, [2, 3])).toThrow('not a Int32Array');
    expect(() => tensorOf(artifact, 'weights', Float32Array, [3, 2])).toThrow('2×3');
    expect(() => tensorOf(artifact, 'other', Float32Array, [1])).toThrow('missing');
  });
});
