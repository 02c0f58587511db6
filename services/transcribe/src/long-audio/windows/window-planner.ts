import type { FrameRegion, SpeechTracker } from '../voice/speech-tracker.js';
import type { PlannerLimits, Seam, WindowPlan } from './window-plan.js';

/** A window ends at a pause only behind this share of the preferred length: shorter ones give an engine too little context. */
const LEAST_SHARE = 1 / 3;
/** Frames over which strengths are averaged when the quietest point is looked for. */
const SMOOTHING = 5;

/**
 * Divides speech into windows, frame by frame. Windows end at long pauses; in dense speech at the longest pause behind the
 * window's first third; and in speech without a pause at the quietest point of the second half, sharing sound with the next one.
 * It remembers one window's frames at most.
 */
export class WindowPlanner {
  private nFrames: number;
  /** Regions of the window in the making that have ended. */
  private regions: FrameRegion[] = [];
  /** No window begins before it. */
  private floor: number;
  private seam: Seam | undefined;
  /** Of the frames since `strengthsFrom`. */
  private strengths: number[] = [];
  private strengthsFrom: number;

  /** @param firstFrame number of the first frame that will be pushed; no window begins before it */
  constructor(
    private readonly limits: PlannerLimits,
    private readonly tracker: SpeechTracker,
    private readonly firstFrame = 0,
  ) {
    this.nFrames = this.floor = this.strengthsFrom = firstFrame;
  }

  /** First frame whose samples may still be asked for. */
  get neededFrom(): number {
    return this.windowStart ?? Math.max(this.floor, this.nFrames - this.limits.padding);
  }

  /**
   * Takes the next frame.
   * @param strength how much of speech it has, at least 0: the quietest point is where it is lowest
   * @returns the window that is complete now
   */
  push(probability: number, strength: number): WindowPlan | undefined {
    this.nFrames++;
    this.take(this.tracker.push(probability));
    const start = this.windowStart;
    if (start === undefined) {
      this.strengths = [];
      this.strengthsFrom = this.nFrames;
      return undefined;
    }
    this.strengths.push(strength);
    const length = this.nFrames - start;
    if (this.openSince === undefined) {
      const isOver = this.nFrames - this.lastEnd >= this.limits.longPause || length >= this.limits.max;
      return isOver ? this.closeAll() : undefined;
    }
    if (length >= this.limits.preferred) {
      const pause = this.longestPause(this.limits.preferred * LEAST_SHARE);
      if (pause !== undefined) return this.closeAtPause(pause);
    }
    if (length < this.limits.max) return undefined;
    const pause = this.longestPause(0);
    return pause === undefined ? this.cutSpeech(start) : this.closeAtPause(pause);
  }

  /** Says that the sound has ended. @returns the last window */
  finish(): WindowPlan | undefined {
    this.take(this.tracker.finish());
    return this.regions.length > 0 ? this.closeAll() : undefined;
  }

  private take(region: FrameRegion | undefined): void {
    if (!region) return;
    // The tracker counts from the first frame that it was given, and knows nothing of cuts.
    const start = Math.max(region.start + this.firstFrame, this.floor);
    const end = region.end + this.firstFrame;
    if (end > start) this.regions.push({ start, end });
  }

  private get openSince(): number | undefined {
    const { openSince } = this.tracker;
    return openSince === undefined ? undefined : Math.max(openSince + this.firstFrame, this.floor);
  }

  private get lastEnd(): number {
    return this.regions.at(-1)?.end ?? this.nFrames;
  }

  private get windowStart(): number | undefined {
    const speech = this.regions[0]?.start ?? this.openSince;
    return speech === undefined ? undefined : Math.max(this.floor, speech - this.limits.padding);
  }

  /** Index of the region before the longest pause, the later of equals; pauses before `leastLength` do not count. */
  private longestPause(leastLength: number): number | undefined {
    const start = this.windowStart ?? 0;
    let best: number | undefined;
    let longest = 0;
    for (const [i, { end }] of this.regions.entries()) {
      const pause = this.startAfter(i) - end;
      if (end - start < leastLength || pause < longest) continue;
      best = i;
      longest = pause;
    }
    return best;
  }

  private startAfter(region: number): number {
    return this.regions[region + 1]?.start ?? this.openSince ?? this.nFrames;
  }

  private closeAtPause(region: number): WindowPlan {
    const { end } = this.regions[region]!;
    const pause = this.startAfter(region) - end;
    // The other half belongs to the beginning of the next window.
    return this.close(region + 1, end + Math.min(this.limits.padding, Math.floor(pause / 2)));
  }

  private closeAll(): WindowPlan {
    return this.close(this.regions.length, Math.min(this.lastEnd + this.limits.padding, this.nFrames));
  }

  private close(nRegions: number, end: number): WindowPlan {
    const plan = this.plan(end, false);
    this.regions = this.regions.slice(nRegions);
    this.seam = undefined;
    this.startAt(end);
    return plan;
  }

  private cutSpeech(start: number): WindowPlan {
    const { halfOverlap, max } = this.limits;
    const cut = this.quietest(start + Math.floor(max / 2), start + max - halfOverlap);
    const seam = { overlapStart: cut - halfOverlap, cut, overlapEnd: cut + halfOverlap };
    const plan = this.plan(seam.overlapEnd, true);
    this.seam = seam;
    this.startAt(seam.overlapStart);
    return plan;
  }

  private plan(end: number, isCutInSpeech: boolean): WindowPlan {
    return { start: this.windowStart ?? this.floor, end, isCutInSpeech, ...(this.seam && { seam: this.seam }) };
  }

  private startAt(frame: number): void {
    this.floor = frame;
    const gone = Math.max(0, frame - this.strengthsFrom);
    this.strengths = this.strengths.slice(gone);
    this.strengthsFrom += gone;
  }

  /** The frame from `from` to `to` whose neighbourhood is weakest; the later of equals. */
  private quietest(from: number, to: number): number {
    let best = to;
    let least = Infinity;
    for (let frame = from; frame <= to; frame++) {
      let sum = 0;
      for (let near = frame - (SMOOTHING >> 1); near <= frame + (SMOOTHING >> 1); near++)
        sum += this.strengths[near - this.strengthsFrom] ?? 0;
      if (sum > least) continue;
      least = sum;
      best = frame;
    }
    return best;
  }
}
