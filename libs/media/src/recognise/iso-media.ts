import type { Recognised } from './recognise.js';

/** Brands of HEIF files (ISO/IEC 23008-12) whose pictures are HEVC, which the image decoder does not carry. */
const heicBrands = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1']);
const avifBrands = new Set(['avif', 'avis']);
/** Boxes that an old QuickTime file may begin with instead of `ftyp`. */
const quickTimeBoxes = new Set(['moov', 'mdat', 'wide', 'free', 'skip', 'pnot']);

/** ISO base media files (MP4, M4A, MOV, 3GP, AVIF, HEIC): the brands of their first box tell them apart. */
export function recogniseIsoMedia(head: Uint8Array): Recognised | undefined {
  if (head.length < 12) return undefined;
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  const type = bytes.toString('latin1', 4, 8);
  if (type !== 'ftyp') return quickTimeBoxes.has(type) ? { kind: 'container', format: 'mp4' } : undefined;

  const end = Math.min(bytes.readUInt32BE(0), bytes.length);
  const brands: string[] = [bytes.toString('latin1', 8, 12)];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(bytes.toString('latin1', at, at + 4));
  // AVIF files list `mif1` too: the more particular brand decides, wherever it stands.
  if (brands.some((brand) => avifBrands.has(brand))) return { kind: 'image', format: 'avif' };
  if (heicBrands.has(brands[0] ?? '')) return { kind: 'image', format: 'heic' };
  return { kind: 'container', format: 'mp4' };
}
