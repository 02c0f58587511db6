/** Sound in memory, -1 to 1 at full scale. */
export interface Audio {
  readonly sampleRateHz: number;
  /** [channel][sample], all of one length */
  readonly channels: readonly Float32Array[];
}

/** Sound that comes in pieces. */
export interface AudioStream {
  /** What the file is, e.g. `wav`, `mp3`, `aac`. */
  readonly format: string;
  /** What reads it: `lantern` (WAV), a WebAssembly decoder's package, or `ffmpeg`. */
  readonly decoder: string;
  readonly sampleRateHz: number;
  readonly nChannels: number;
  /** As the file's header says, where it says so; the sound may be shorter or longer. */
  readonly durationMs?: number;
  /** Pieces of up to about a second, [channel][sample]; to be read once. Leaving the loop stops the decoder. */
  readonly chunks: AsyncIterable<readonly Float32Array[]>;
  /** What was wrong with the file and passed over, in the decoder's words; complete when the pieces have ended. */
  readonly damage: readonly string[];
  /** Lets go of what the sound holds. Reading to the end, or leaving the loop, does it too; only a sound that is never read needs it. */
  readonly close: () => Promise<void>;
}

/** How long a sound is, in milliseconds. */
export function durationMs({ sampleRateHz, channels }: Audio): number {
  return ((channels[0]?.length ?? 0) / sampleRateHz) * 1000;
}
