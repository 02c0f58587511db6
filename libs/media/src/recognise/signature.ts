/** Bytes that a format has at a fixed place. */
export interface Signature {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** Whether the bytes stand where the signature wants them. */
export function matches(head: Uint8Array, { offset, bytes }: Signature): boolean {
  return head.length >= offset + bytes.length && bytes.every((byte, i) => head[offset + i] === byte);
}
