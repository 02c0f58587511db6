import { describe, expect, it } from 'vitest';
import { SpeechTracker } from '../voice/speech-tracker.js';
import type { WindowPlan } from './window-plan.js';
import { WindowPlanner } from './window-planner.js';

const limits = { max: 40, preferred: 30, longPause: 10, padding: 2, halfOverlap: 4 };
const settings = { onset: 0.5, offset: 0.3, minSilence: 3, minSpeech: 2 };

/** Windows of a drawing: `#` is speech, `-` quiet speech, `.` silence. */
function plan(drawing: string): WindowPlan[] {
  const planner = new WindowPlanner(limits, new SpeechTracker(settings));
  const plans = [...drawing].map((c) => planner.push(c === '.' ? 0 : 0.9, { '#': 1, '-': 0.1 }[c] ?? 0));
  return [...plans, planner.finish()].filter((window) => window !== undefined);
}

const frames = (count: number, c = '#'): string => c.repeat(count);

describe('WindowPlanner', () => {
  it('ends a window at a long pause, with padding on both sides', () => {
    const drawing = `.....${frames(8)}${frames(12, '.')}${frames(5)}......`;
    expect(plan(drawing)).toEqual([
      { start: 3, end: 15, isCutInSpeech: false },
      { start: 23, end: 32, isCutInSpeech: false },
    ]);
  });

  it('keeps short pauses within a window', () => {
    expect(plan(`${frames(8)}.....${frames(8)}......`)).toEqual([{ start: 0, end: 23, isCutInSpeech: false }]);
  });

  it('ends a window that grows long at its longest pause, in the middle of it', () => {
    const drawing = `${frames(12)}......${frames(6)}...${frames(10)}`;
    const [first, second] = plan(drawing);
    expect(first).toEqual({ start: 0, end: 14, isCutInSpeech: false });
    expect(second).toEqual({ start: 16, end: 37, isCutInSpeech: false });
  });

  it('shares a pause that is shorter than both paddings', () => {
    const [first, second] = plan(`${frames(20)}...${frames(20)}`);
    expect(first?.end).toBe(21);
    expect(second?.start).toBe(21);
  });

  it('cuts speech without a pause at its quietest point, and shares sound across the cut', () => {
    const [first, second] = plan(`${frames(28)}-----${frames(22)}`);
    expect(first).toEqual({ start: 0, end: 34, isCutInSpeech: true });
    expect(second).toEqual({
      start: 26,
      end: 55,
      isCutInSpeech: false,
      seam: { overlapStart: 26, cut: 30, overlapEnd: 34 },
    });
  });

  it('never makes a window longer than the most, whatever comes', () => {
    for (const drawing of [frames(500), `${frames(38)}....`.repeat(9), `${frames(7)}...`.repeat(50)]) {
      const windows = plan(drawing);
      expect(Math.max(...windows.map(({ start, end }) => end - start))).toBeLessThanOrEqual(limits.max);
      const covered = new Set(
        windows.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, i) => start + i)),
      );
      const missed = [...drawing].filter((c, i) => c !== '.' && !covered.has(i));
      expect(missed).toEqual([]);
    }
  });

  it('needs no more than one window of samples', () => {
    const planner = new WindowPlanner(limits, new SpeechTracker(settings));
    for (let frame = 0; frame < 2_000; frame++) {
      planner.push(0.9, 1);
      expect(frame - planner.neededFrom).toBeLessThanOrEqual(limits.max);
    }
  });
});
