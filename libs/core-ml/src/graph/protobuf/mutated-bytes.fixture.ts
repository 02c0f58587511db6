import type { Rng } from '../../random/rng.js';

type Mutation = (bytes: Uint8Array, rng: Rng, other: Uint8Array) => Uint8Array;

/** Ways in which files go bad, by accident or by will. */
const mutations: readonly Mutation[] = [
  function truncated(bytes, rng) {
    return bytes.slice(0, rng.below(bytes.length));
  },
  function bitsFlipped(bytes, rng) {
    const copy = bytes.slice();
    for (let left = 1 + rng.below(4); left > 0; left -= 1) copy[rng.below(copy.length)]! ^= 1 << rng.below(8);
    return copy;
  },
  function bytesReplaced(bytes, rng) {
    const copy = bytes.slice();
    for (let left = 1 + rng.below(16); left > 0; left -= 1) copy[rng.below(copy.length)] = rng.below(256);
    return copy;
  },
  // All ones are numbers that do not end and lengths beyond any memory.
  function onesWritten(bytes, rng) {
    return filled(bytes, rng, 0xff);
  },
  function zerosWritten(bytes, rng) {
    return filled(bytes, rng, 0);
  },
  function pieceRemoved(bytes, rng) {
    const [from, to] = piece(bytes, rng);
    return joined(bytes.subarray(0, from), bytes.subarray(to));
  },
  function pieceRepeated(bytes, rng) {
    const [from, to] = piece(bytes, rng);
    return joined(bytes.subarray(0, to), bytes.subarray(from));
  },
  function pieceMoved(bytes, rng) {
    const [from, to] = piece(bytes, rng);
    return joined(bytes.subarray(from, to), bytes.subarray(0, from), bytes.subarray(to));
  },
  function randomInserted(bytes, rng) {
    const at = rng.below(bytes.length);
    const random = Uint8Array.from({ length: 1 + rng.below(32) }, () => rng.below(256));
    return joined(bytes.subarray(0, at), random, bytes.subarray(at));
  },
  function otherSpliced(bytes, rng, other) {
    return joined(bytes.subarray(0, rng.below(bytes.length)), other.subarray(rng.below(other.length)));
  },
  function otherAppended(bytes, rng, other) {
    return joined(bytes, other.subarray(0, rng.below(other.length)));
  },
];

/**
 * A damaged copy of a file.
 * @param index which way of damage is taken, in turn
 * @param other a file of which pieces may be taken
 */
export function mutatedBytes(bytes: Uint8Array, index: number, rng: Rng, other: Uint8Array): Uint8Array {
  return mutations[index % mutations.length]!(bytes, rng, other);
}

function filled(bytes: Uint8Array, rng: Rng, value: number): Uint8Array {
  const copy = bytes.slice();
  const from = rng.below(copy.length);
  return copy.fill(value, from, from + 1 + rng.below(12));
}

/** A piece of up to 256 bytes: where it begins and where it ends. */
function piece(bytes: Uint8Array, rng: Rng): readonly [number, number] {
  const from = rng.below(bytes.length);
  return [from, Math.min(bytes.length, from + 1 + rng.below(256))];
}

function joined(...pieces: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(pieces));
}
