/** Types of frames (RFC 9113, section 6). */
export const frameType = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

export const frameFlag = { endStream: 1, ack: 1, endHeaders: 4, padded: 8, priority: 32 } as const;

/** What a client says first, before its settings. */
export const clientPreface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

/**
 * One HTTP/2 frame as bytes, right or wrong: for tests that say what no client would.
 * @param length what the frame claims of its payload's length, bytes; the truth by default
 */
export function http2Frame(type: number, flags: number, stream: number, payload: Uint8Array, length?: number): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE((length ?? payload.length) & 0xffffff, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream >>> 0, 5);
  return Buffer.concat([head, payload]);
}

/** A header block (RFC 7541, section 6.2.2): every field literal, no table, no Huffman code. */
export function headerBlock(fields: readonly (readonly [name: string, value: string])[]): Buffer {
  return Buffer.concat(fields.flatMap(([name, value]) => [Buffer.of(0), ...hpackString(name), ...hpackString(value)]));
}

/** A string with its length as an integer of a 7-bit prefix (RFC 7541, section 5). */
function hpackString(text: string): Buffer[] {
  const bytes = Buffer.from(text);
  const length: number[] = [];
  if (bytes.length < 127) length.push(bytes.length);
  else {
    length.push(127);
    let rest = bytes.length - 127;
    for (; rest >= 128; rest >>>= 7) length.push((rest & 127) | 128);
    length.push(rest);
  }
  return [Buffer.from(length), bytes];
}
