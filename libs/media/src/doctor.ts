import { decoderPackages } from './audio/compressed/decoders.js';
import { FFMPEG_ADVICE, type Ffmpeg } from './ffmpeg/find.js';
import { decodableFormats } from './image/decode.js';
import { imageDecoderVersions } from './image/libvips.js';

/** What this installation can read, for `lantern doctor`. */
export interface MediaCapabilities {
  readonly images: { readonly decoder: string; readonly formats: readonly string[] };
  /** Formats of sound that are read without ffmpeg, and by what. */
  readonly sound: readonly { readonly format: string; readonly decoder: string }[];
  /** Video and every other format of sound. */
  readonly ffmpeg:
    | {
        readonly found: true;
        readonly program: string;
        readonly version: string;
        readonly origin: Ffmpeg['origin'];
        readonly limits: string;
        readonly probe: string;
      }
    | { readonly found: false; readonly advice: string };
}

/** @param ffmpeg what `findFfmpeg` found */
export function mediaCapabilities(ffmpeg: Ffmpeg | undefined): MediaCapabilities {
  const { sharp, libvips } = imageDecoderVersions();
  return {
    images: { decoder: `sharp ${sharp} (libvips ${libvips})`, formats: decodableFormats },
    sound: [
      { format: 'wav', decoder: 'lantern' },
      ...Object.entries(decoderPackages).map(([format, decoder]) => ({ format, decoder })),
    ],
    ffmpeg: ffmpeg ? describe(ffmpeg) : { found: false, advice: FFMPEG_ADVICE },
  };
}

function describe({ program, version, origin, prlimit, probeProgram }: Ffmpeg): MediaCapabilities['ffmpeg'] {
  return {
    found: true,
    program,
    version,
    origin,
    limits:
      prlimit === undefined ? 'memory is watched' : 'memory, processor time and written files are limited by prlimit',
    probe: probeProgram ?? "ffmpeg's own words",
  };
}
