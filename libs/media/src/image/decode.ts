import type { Metadata, Sharp, SharpOptions } from 'sharp';
import { MediaError } from '../media-error.js';
import { recognise, type ImageFormat } from '../recognise/recognise.js';
import { checkPixels, type Colour, type Image } from './image.js';
import { sharp } from './libvips.js';
import { PixelBudget } from './pixel-budget.js';

/** Formats that are decoded. */
export type DecodableFormat = Exclude<ImageFormat, 'heic' | 'svg' | 'bmp'>;
export const decodableFormats: readonly DecodableFormat[] = ['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'];

/** What a file may cost. */
export interface ImageLimits {
  /** Size of the encoded file; 32 MiB unless told. */
  readonly maxBytes?: number;
  /** Width times height; 64 million unless told. */
  readonly maxPixels?: number;
  /** How long decoding may take; 20 s unless told. */
  readonly timeoutMs?: number;
}

export interface DecodeOptions extends ImageLimits {
  /** What is accepted; all of `decodableFormats` unless told. */
  readonly formats?: readonly DecodableFormat[];
  /** Which page of an animation or of a TIFF, from 0. */
  readonly page?: number;
  /** What shows through transparent pixels; white unless told, as on paper. */
  readonly background?: Colour;
  /**
   * Shrinks while decoding so that neither side is longer; ratios stay. A JPEG is then read at an eighth, a quarter or
   * half of its size, several times faster: right for a network with a small input.
   */
  readonly maxSidePx?: number;
  readonly signal?: AbortSignal;
}

/** What an image file says about itself. */
export interface ImageHeader {
  readonly format: DecodableFormat;
  /** Width and height as they are seen, after the EXIF orientation; of one page. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** EXIF orientation, 1 to 8; 1 where the file has none. It has been applied already. */
  readonly orientation: number;
  /** Pages of a TIFF, frames of an animation. */
  readonly nPages: number;
  readonly hasAlpha: boolean;
  /** Colour space of the file in libvips' words: `srgb`, `b-w`, `cmyk`, `rgb16`, `grey16`, ... */
  readonly colourSpace: string;
}

const MAX_BYTES = 32 * 2 ** 20;
const MAX_PIXELS = 64_000_000;
const TIMEOUT_MS = 20_000;
/** All decodes of the process together: three to four bytes a pixel, so about a gigabyte at worst. */
const budget = new PixelBudget(256_000_000);

/**
 * Reads the header of an image, decoding no pixel.
 * @throws MediaError as `decodeImage` does
 */
export async function readImageHeader(bytes: Uint8Array, options: DecodeOptions = {}): Promise<ImageHeader> {
  const format = accept(bytes, options);
  const metadata = await guarded(() => sharp(bytes, inputOptions({ ...options, page: 0 })).metadata());
  // libvips looked at the bytes as well. Where the two disagree, the file is made to fool one of them.
  if (metadata.format !== (format === 'avif' ? 'heif' : format)) {
    throw new MediaError('corrupt', `The image begins like ${format} and is read as ${metadata.format}.`);
  }
  const header = toHeader(format, metadata);
  checkPixels(header.widthPx, header.heightPx, options.maxPixels ?? MAX_PIXELS);
  if ((options.page ?? 0) >= header.nPages) {
    throw new MediaError(
      'unsupported',
      `The image has ${header.nPages} pages; there is no page ${options.page}, from 0.`,
    );
  }
  return header;
}

/**
 * Decodes an image to 8-bit sRGB as a person would see it: orientation and colour profile applied, grey spread to three
 * channels, transparency on a background, the first frame of an animation.
 * @throws MediaError `unsupported` for another format, `too-large` before anything is decoded, `corrupt` for bytes that do
 *   not decode to the end, `timed-out`
 */
export async function decodeImage(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): Promise<{ readonly image: Image; readonly header: ImageHeader }> {
  const header = await readImageHeader(bytes, options);
  const decode = () => decodePixels(bytes, header, options);
  const image = await budget.run(header.widthPx * header.heightPx, decode, options.signal);
  options.signal?.throwIfAborted();
  return { image, header };
}

async function decodePixels(bytes: Uint8Array, header: ImageHeader, options: DecodeOptions): Promise<Image> {
  const [r, g, b] = options.background ?? [255, 255, 255];
  let pipeline: Sharp = sharp(bytes, inputOptions(options))
    .timeout({ seconds: Math.max(1, Math.ceil((options.timeoutMs ?? TIMEOUT_MS) / 1000)) })
    .autoOrient();
  const side = options.maxSidePx;
  if (side !== undefined && Math.max(header.widthPx, header.heightPx) > side) {
    pipeline = pipeline.resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true });
  }
  if (header.hasAlpha) pipeline = pipeline.flatten({ background: { r, g, b } });
  const { data, info } = await guarded(() =>
    pipeline.toColourspace('srgb').raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true }),
  );
  const rgb = info.channels === 3 ? data : toThreeChannels(data, info.channels);
  return { width: info.width, height: info.height, channels: 3, data: plainBytes(rgb) };
}

/** Grey (with or without alpha) comes out of libvips as it is where no colour space has to change. */
function toThreeChannels(data: Uint8Array, channels: number): Uint8Array {
  const rgb = new Uint8Array((data.length / channels) * 3);
  const colour = channels >= 3;
  for (let from = 0, to = 0; from < data.length; from += channels, to += 3) {
    rgb[to] = data[from]!;
    rgb[to + 1] = data[colour ? from + 1 : from]!;
    rgb[to + 2] = data[colour ? from + 2 : from]!;
  }
  return rgb;
}

const plainBytes = (bytes: Uint8Array) => new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function accept(bytes: Uint8Array, options: DecodeOptions): DecodableFormat {
  options.signal?.throwIfAborted();
  const maxBytes = options.maxBytes ?? MAX_BYTES;
  if (bytes.length === 0) throw new MediaError('corrupt', 'The image is empty.');
  if (bytes.length > maxBytes) {
    throw new MediaError('too-large', `The image has ${bytes.length} bytes; at most ${maxBytes} are accepted.`);
  }
  const found = recognise(bytes);
  const accepted = options.formats ?? decodableFormats;
  const format = accepted.find((name) => found?.kind === 'image' && found.format === name);
  if (format) return format;
  const what = found ? `The file is ${found.format}` : 'The file is not an image of a known format';
  throw new MediaError('unsupported', `${what}; accepted are ${accepted.join(', ')}.`);
}

function inputOptions(options: DecodeOptions): SharpOptions {
  return {
    limitInputPixels: options.maxPixels ?? MAX_PIXELS,
    failOn: 'error',
    pages: 1,
    page: options.page ?? 0,
    sequentialRead: true,
  };
}

function toHeader(format: DecodableFormat, metadata: Metadata): ImageHeader {
  const { width, height, orientation = 1, pageHeight, pages = 1, hasAlpha = false, space } = metadata;
  if (!(width > 0 && height > 0)) throw new MediaError('corrupt', 'The image has no pixels.');
  const [widthPx, heightPx] =
    orientation >= 5 && orientation <= 8 ? [pageHeight ?? height, width] : [width, pageHeight ?? height];
  return { format, widthPx, heightPx, orientation, nPages: pages, hasAlpha, colourSpace: space };
}

/** Runs a libvips operation; what it says about a file becomes a MediaError. */
async function guarded<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    throw toMediaError(cause);
  }
}

function toMediaError(cause: unknown): MediaError {
  const said = cause instanceof Error ? cause.message.split('\n')[0]!.trim() : String(cause);
  if (/pixel limit|exceeds.*limit/i.test(said))
    return new MediaError('too-large', `The image is too large: ${said}.`, { cause });
  if (/timeout/i.test(said)) return new MediaError('timed-out', 'Decoding the image took too long.', { cause });
  if (/operation is blocked/i.test(said)) {
    return new MediaError('unsupported', `The image cannot be read: ${said}.`, { cause });
  }
  // "Unsupported image format" is among it: the file began like one that is known, and libvips found that it is not.
  return new MediaError('corrupt', `The image cannot be decoded: ${said}.`, { cause });
}
