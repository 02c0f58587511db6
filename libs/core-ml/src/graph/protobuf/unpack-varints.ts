/**
 * Turns protobuf's numbers of variable length into little-endian elements of fixed width. Bits above the width are
 * dropped: a negative int8 is written as a number of 64 bits.
 * @param pieces whole varints one after the other, as `WireReader.varintSpan` gives them
 * @param width  bytes of an element: 1, 2, 4 or 8
 * @param count  how many elements there should be
 * @returns      [count * width] bytes; undefined where the pieces hold another number of elements
 */
export function unpackVarints(pieces: readonly Uint8Array[], width: number, count: number): Uint8Array | undefined {
  // Counted before anything is allocated: the last byte of each number has its highest bit clear.
  let found = 0;
  for (const piece of pieces) for (const byte of piece) if (byte < 0x80) found += 1;
  if (found !== count) return undefined;
  const elements = new Uint8Array(count * width);
  let at = 0;
  for (const piece of pieces) {
    let next = 0;
    while (next < piece.length) {
      next = unpackOne(piece, next, elements, at, width);
      at += width;
    }
  }
  return elements;
}

/** Unpacks the number at `start` into `width` bytes at `at`; returns where the next number begins. */
function unpackOne(piece: Uint8Array, start: number, elements: Uint8Array, at: number, width: number): number {
  let bits = 0;
  let held = 0;
  let written = 0;
  let next = start;
  for (;;) {
    const byte = piece[next++] ?? 0;
    // At most 7 bits wait when 7 more come: 14 bits, far from where shifts lose some.
    bits |= (byte & 0x7f) << held;
    held += 7;
    if (held >= 8) {
      if (written < width) elements[at + written++] = bits & 0xff;
      bits >>>= 8;
      held -= 8;
    }
    if (byte < 0x80) break;
  }
  if (written < width) elements[at + written] = bits & 0xff;
  return next;
}
