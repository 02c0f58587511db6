import type { AudioFormat } from '../../recognise/recognise.js';

/** Formats that a WebAssembly decoder reads. */
export type CompressedFormat = Extract<AudioFormat, 'mp3' | 'flac' | 'ogg-flac' | 'ogg-vorbis' | 'ogg-opus'>;

/** What came out of some bytes. */
export interface Decoded {
  /** [channel][sample] */
  readonly channelData: readonly Float32Array[];
  readonly sampleRate: number;
  /** Of the integers that samples were, where they were. */
  readonly bitDepth?: number;
  readonly errors: readonly { readonly message: string }[];
}

/** A decoder that takes a file's bytes in order, in pieces of any size. */
export interface PieceDecoder {
  decode(bytes: Uint8Array): Promise<Decoded>;
  finish(): Promise<Decoded>;
  free(): void;
}

/** The package that reads each format; each is loaded when it is first wanted. */
export const decoderPackages: Readonly<Record<CompressedFormat, string>> = {
  mp3: 'mpg123-decoder',
  flac: '@wasm-audio-decoders/flac',
  'ogg-flac': '@wasm-audio-decoders/flac',
  'ogg-vorbis': '@wasm-audio-decoders/ogg-vorbis',
  'ogg-opus': 'ogg-opus-decoder',
};

export function isCompressedFormat(format: string): format is CompressedFormat {
  return Object.hasOwn(decoderPackages, format);
}

/** Loads and starts the decoder for a format. */
export async function startDecoder(format: CompressedFormat): Promise<PieceDecoder> {
  switch (format) {
    case 'mp3':
      return startMp3();
    case 'flac':
    case 'ogg-flac': {
      const { FLACDecoder } = await import('@wasm-audio-decoders/flac');
      const decoder = await started(new FLACDecoder());
      return {
        ...decoder,
        decode: async (b) => exact(await decoder.decode(b)),
        finish: async () => exact(await decoder.finish()),
      };
    }
    case 'ogg-vorbis': {
      const { OggVorbisDecoder } = await import('@wasm-audio-decoders/ogg-vorbis');
      return started(new OggVorbisDecoder());
    }
    case 'ogg-opus': {
      const { OggOpusDecoder } = await import('ogg-opus-decoder');
      return started(new OggOpusDecoder());
    }
  }
}

/** The face that the decoders of one family share. */
interface FamilyDecoder {
  readonly ready: Promise<void>;
  decode(bytes: Uint8Array): Promise<Decoded> | Decoded;
  flush(): Promise<Decoded>;
  free(): void;
}

async function started(decoder: FamilyDecoder): Promise<PieceDecoder> {
  await decoder.ready;
  return {
    decode: async (bytes) => decoder.decode(bytes),
    finish: () => decoder.flush(),
    free: () => decoder.free(),
  };
}

/**
 * FLAC loses nothing, but the decoder divides integers of b bits by 2^(b-1) - 1, so that one end of the range lies beyond 1.
 * The integers come back, and are divided by 2^(b-1) as those of WAV files are.
 */
function exact(decoded: Decoded): Decoded {
  const { bitDepth = 0, channelData } = decoded;
  // Longer integers do not fit a float's 24 bits, and are as close as they can be.
  if (bitDepth < 2 || bitDepth > 24) return decoded;
  const scale = 2 ** (bitDepth - 1);
  for (const samples of channelData) {
    for (let i = 0; i < samples.length; i++) samples[i] = Math.round(samples[i]! * (scale - 1)) / scale;
  }
  return decoded;
}

async function startMp3(): Promise<PieceDecoder> {
  const { MPEGDecoder } = await import('mpg123-decoder');
  const decoder = new MPEGDecoder();
  await decoder.ready;
  return {
    decode: (bytes) => Promise.resolve(decoder.decode(bytes)),
    // mpg123 gives out each frame when the next begins; it has nothing to flush.
    finish: () => Promise.resolve({ channelData: [], sampleRate: 0, errors: [] }),
    free: () => decoder.free(),
  };
}
