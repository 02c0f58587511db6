/** Frames `start` up to, not including, `end`. */
export interface FrameRegion {
  readonly start: number;
  readonly end: number;
}

/** When speech begins and ends, by probabilities per frame of 32 ms. */
export interface TrackerSettings {
  /** Speech begins at this probability. */
  readonly onset: number;
  /** It can end below this one: lower than `onset`, so that a voice that wavers is one region (hysteresis). */
  readonly offset: number;
  /** Frames below `offset`, since the last at `onset`, that end it. */
  readonly minSilence: number;
  /** Shorter regions are clicks and are forgotten. */
  readonly minSpeech: number;
}

/**
 * Silero's authors advise 0.5, and 0.15 less for the end; a little lower here, since speech that is missed is lost and music that
 * is let through costs only the time to find no words in it. A pause counts from 192 ms, longer than the closure of a stop.
 */
export const usualTracking: TrackerSettings = { onset: 0.4, offset: 0.25, minSilence: 6, minSpeech: 3 };

/** Follows the probabilities of speech, frame by frame, and tells its regions. */
export class SpeechTracker {
  private nFrames = 0;
  private since: number | undefined;
  private silentSince: number | undefined;

  constructor(private readonly settings: TrackerSettings = usualTracking) {}

  /** First frame of the speech that goes on now; it may still turn out to be a click. */
  get openSince(): number | undefined {
    return this.since;
  }

  /** Takes the next frame. @returns the region that is now known to have ended */
  push(probability: number): FrameRegion | undefined {
    const frame = this.nFrames++;
    const { onset, offset, minSilence } = this.settings;
    if (probability >= onset) {
      this.since ??= frame;
      this.silentSince = undefined;
    } else if (this.since !== undefined) {
      if (probability < offset) this.silentSince ??= frame;
      if (this.silentSince !== undefined && this.nFrames - this.silentSince >= minSilence) return this.end();
    }
    return undefined;
  }

  /** Says that the sound has ended. @returns the region that it cut off */
  finish(): FrameRegion | undefined {
    return this.since === undefined ? undefined : this.end();
  }

  private end(): FrameRegion | undefined {
    const region = { start: this.since ?? this.nFrames, end: this.silentSince ?? this.nFrames };
    this.since = this.silentSince = undefined;
    return region.end - region.start >= this.settings.minSpeech ? region : undefined;
  }
}
