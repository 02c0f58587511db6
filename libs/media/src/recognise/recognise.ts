import { matches, type Signature } from './signature.js';
import { recogniseIsoMedia } from './iso-media.js';
import { recogniseMpegAudio } from './mpeg-audio.js';
import { recogniseOgg } from './ogg.js';

/** Formats of still (or animated) images. */
export type ImageFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' | 'avif' | 'heic' | 'svg' | 'bmp';

/** Formats of sound alone. `ogg-…` says what the Ogg container carries. */
export type AudioFormat =
  'wav' | 'mp3' | 'flac' | 'ogg-vorbis' | 'ogg-opus' | 'ogg-flac' | 'aac' | 'amr' | 'aiff' | 'au';

/** Containers that may carry pictures, sound or both: only a probe can tell. */
export type ContainerFormat = 'mp4' | 'matroska' | 'ogg' | 'avi' | 'mpeg-ts' | 'mpeg-ps' | 'flv' | 'asf' | 'caf';

export type Recognised =
  | { readonly kind: 'image'; readonly format: ImageFormat }
  | { readonly kind: 'audio'; readonly format: AudioFormat }
  | { readonly kind: 'container'; readonly format: ContainerFormat };

/** How many bytes from the beginning `recognise` looks at, at most. */
export const RECOGNISE_BYTES = 4096;

const text = (value: string, offset = 0): Signature => ({ offset, bytes: Buffer.from(value, 'latin1') });
const hex = (value: string, offset = 0): Signature => ({ offset, bytes: Buffer.from(value, 'hex') });
const image = (format: ImageFormat): Recognised => ({ kind: 'image', format });
const audio = (format: AudioFormat): Recognised => ({ kind: 'audio', format });
const container = (format: ContainerFormat): Recognised => ({ kind: 'container', format });

/** Magic numbers, as the formats' own specifications and IANA's media type registrations give them. */
const signatures: readonly (readonly [readonly Signature[], Recognised])[] = [
  [[hex('ffd8ff')], image('jpeg')],
  [[hex('89504e470d0a1a0a')], image('png')],
  [[text('RIFF'), text('WEBP', 8)], image('webp')],
  [[text('GIF87a')], image('gif')],
  [[text('GIF89a')], image('gif')],
  [[hex('49492a00')], image('tiff')],
  [[hex('4d4d002a')], image('tiff')],
  [[text('BM'), hex('00000000', 6)], image('bmp')],
  [[text('RIFF'), text('WAVE', 8)], audio('wav')],
  [[text('RIFX'), text('WAVE', 8)], audio('wav')],
  [[text('RF64'), text('WAVE', 8)], audio('wav')],
  [[text('BW64'), text('WAVE', 8)], audio('wav')],
  [[text('fLaC')], audio('flac')],
  [[text('#!AMR')], audio('amr')],
  [[text('FORM'), text('AIFF', 8)], audio('aiff')],
  [[text('FORM'), text('AIFC', 8)], audio('aiff')],
  [[text('.snd')], audio('au')],
  [[text('RIFF'), text('AVI ', 8)], container('avi')],
  [[hex('1a45dfa3')], container('matroska')],
  [[hex('000001ba')], container('mpeg-ps')],
  [[hex('47'), hex('47', 188), hex('47', 376)], container('mpeg-ts')],
  [[text('FLV'), hex('01', 3)], container('flv')],
  [[hex('3026b2758e66cf11a6d900aa0062ce6c')], container('asf')],
  [[text('caff')], container('caf')],
];

/**
 * Says what a file is from its first bytes; its name plays no part.
 * @param head the first `RECOGNISE_BYTES` of the file, or all of it where it is shorter
 * @returns undefined where nothing known begins like this (playlists and scripts among it)
 */
export function recognise(head: Uint8Array): Recognised | undefined {
  const known = signatures.find(([parts]) => parts.every((part) => matches(head, part)));
  if (known) return known[1];
  return recogniseIsoMedia(head) ?? recogniseOgg(head) ?? recogniseMpegAudio(head) ?? recogniseSvg(head);
}

/** SVG is named, so that its refusal can say what it was. */
function recogniseSvg(head: Uint8Array): Recognised | undefined {
  const start = Buffer.from(head.subarray(0, 1024)).toString('utf8').trimStart();
  return /^(?:\ufeff)?(?:<\?xml|<!--|<!DOCTYPE svg|<svg)/i.test(start) && /<svg[\s>]/i.test(start)
    ? image('svg')
    : undefined;
}
