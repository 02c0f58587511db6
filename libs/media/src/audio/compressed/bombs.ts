import type { CompressedFormat } from './decoders.js';

/*
 * Silence compresses without bound: a FLAC frame of 14 bytes may stand for 65,535 samples of 8 channels. Decoders give out
 * everything that a piece of a file holds at once, so pieces are cut where they hold few frames.
 */

/** Frame headers begin with 14 fixed bits and one that is 0 (RFC 9639, section 9.1). */
const flacSyncs = [Buffer.from('fff8', 'hex'), Buffer.from('fff9', 'hex')];
const MAX_FLAC_FRAMES = 8;
/** A page of Ogg holds at most 255 packets (RFC 3533, section 6): 8,192 samples each in Vorbis, 5,760 in Opus. */
const oggCapture = [Buffer.from('OggS')];
const MAX_OGG_PAGES = 2;

/** How much of the bytes ahead to decode in one go. */
export function pieceLength(ahead: Uint8Array, format: CompressedFormat): number {
  if (format === 'flac') return upToMark(ahead, flacSyncs, MAX_FLAC_FRAMES);
  return format.startsWith('ogg') ? upToMark(ahead, oggCapture, MAX_OGG_PAGES) : ahead.length;
}

/** The length up to the mark number `most` after the first byte. */
function upToMark(bytes: Uint8Array, marks: readonly Buffer[], most: number): number {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const places = marks.flatMap((mark) => {
    const found: number[] = [];
    for (let at = buffer.indexOf(mark, 1); at >= 0 && found.length < most; at = buffer.indexOf(mark, at + 1))
      found.push(at);
    return found;
  });
  return places.sort((a, b) => a - b)[most - 1] ?? bytes.length;
}

/** How many channels the header claims; 0 where it does not say, or can say no more than 8. */
export function claimedChannels(head: Uint8Array, format: CompressedFormat): number {
  const buffer = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  const after = (mark: string, offset: number) => {
    const at = buffer.indexOf(mark, 0, 'latin1');
    return at < 0 ? 0 : (buffer[at + offset] ?? 0);
  };
  if (format === 'ogg-opus') return after('OpusHead', 9); // RFC 7845, section 5.1
  if (format === 'ogg-vorbis') return after('\u0001vorbis', 11); // Vorbis I specification, section 4.2.2
  return 0;
}
