/** CRC-32 with the polynomial of Ethernet, highest bit first: bzip2's. */
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte << 24;
  for (let bit = 0; bit < 8; bit++) remainder = remainder < 0 ? (remainder << 1) ^ 0x04c11db7 : remainder << 1;
  return remainder >>> 0;
});

/** Goes on with a checksum; the first call gets 0xffffffff, and the result is inverted at the end. */
export function continueCrc(crc: number, bytes: Uint8Array, length: number): number {
  let sum = crc;
  for (let i = 0; i < length; i++) sum = (sum << 8) ^ table[((sum >>> 24) ^ bytes[i]!) & 0xff]!;
  return sum >>> 0;
}
