import type { Recognised } from './recognise.js';
import { matches } from './signature.js';

const capture = { offset: 0, bytes: Buffer.from('OggS') };
const codecs = [
  [Buffer.from('\u0001vorbis', 'latin1'), 'ogg-vorbis'],
  [Buffer.from('OpusHead'), 'ogg-opus'],
  [Buffer.from('\u007fFLAC', 'latin1'), 'ogg-flac'],
] as const;

/**
 * Ogg (RFC 3533): the first packet names the codec. A second stream's beginning page (RFC 3533, section 4: all of them come
 * first) makes it a container of several, which a probe has to sort out.
 */
export function recogniseOgg(head: Uint8Array): Recognised | undefined {
  if (!matches(head, capture)) return undefined;
  const segments = head[26] ?? 0;
  const start = 27 + segments;
  const length = head.subarray(27, start).reduce((sum, lacing) => sum + lacing, 0);
  const next = start + length;
  const second = matches(head, { offset: next, bytes: capture.bytes }) && ((head[next + 5] ?? 0) & 2) !== 0;
  const codec = codecs.find(([bytes]) => matches(head, { offset: start, bytes }));
  return codec && !second ? { kind: 'audio', format: codec[1] } : { kind: 'container', format: 'ogg' };
}
