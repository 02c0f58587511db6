const INITIAL = 1 << 12;

/** Distinct tokens by their bytes: an open-addressing hash table that makes no strings. */
export class TokenTable {
  size = 0;
  #slots = new Int32Array(INITIAL).fill(-1);
  #bytes = new Uint8Array(INITIAL * 8);
  #starts = new Int32Array(INITIAL + 1);
  #hashes = new Int32Array(INITIAL);

  /** The token's number, or -1. `hash` is fastText's hash of the same bytes. */
  find(bytes: Uint8Array, start: number, end: number, hash: number): number {
    return this.#slots[this.#slot(bytes, start, end, hash)]!;
  }

  /** The token's number; a token not seen before gets the next one. */
  intern(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const slot = this.#slot(bytes, start, end, hash);
    const found = this.#slots[slot]!;
    if (found >= 0) return found;
    const token = this.size++;
    this.#reserve(end - start);
    this.#slots[slot] = token;
    this.#hashes[token] = hash;
    const at = this.#starts[token]!;
    this.#bytes.set(bytes.subarray(start, end), at);
    this.#starts[token + 1] = at + end - start;
    if (this.size * 2 > this.#slots.length) this.#rehash();
    return token;
  }

  /** The bytes of a token; valid until the next `intern`. */
  bytesOf(token: number): Uint8Array {
    return this.#bytes.subarray(this.#starts[token], this.#starts[token + 1]);
  }

  hashOf(token: number): number {
    return this.#hashes[token]!;
  }

  textOf(token: number): string {
    return new TextDecoder().decode(this.bytesOf(token));
  }

  #slot(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const mask = this.#slots.length - 1;
    const length = end - start;
    for (let slot = (hash ^ (hash >>> 15)) & mask; ; slot = (slot + 1) & mask) {
      const token = this.#slots[slot]!;
      if (token < 0) return slot;
      const at = this.#starts[token]!;
      if (this.#hashes[token] !== hash || this.#starts[token + 1]! - at !== length) continue;
      let same = 0;
      while (same < length && this.#bytes[at + same] === bytes[start + same]) same++;
      if (same === length) return slot;
    }
  }

  #reserve(length: number): void {
    if (this.size + 1 > this.#hashes.length) {
      this.#hashes = grown(this.#hashes, this.size * 2);
      this.#starts = grown(this.#starts, this.size * 2 + 1);
    }
    const needed = this.#starts[this.size - 1]! + length;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(needed * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(-1);
    const mask = slots.length - 1;
    for (let token = 0; token < this.size; token++) {
      const hash = this.#hashes[token]!;
      let slot = (hash ^ (hash >>> 15)) & mask;
      while (slots[slot]! >= 0) slot = (slot + 1) & mask;
      slots[slot] = token;
    }
    this.#slots = slots;
  }
}

/** A copy with room for more. */
export function grown(array: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length);
  larger.set(array);
  return larger;
}

/** A list of 32-bit numbers that grows. */
export class IntList {
  length = 0;
  values = new Int32Array(1024);

  push(value: number): void {
    if (this.length === this.values.length) this.values = grown(this.values, this.length * 2);
    this.values[this.length++] = value;
  }
}
