import { describe, expect, it } from 'vitest';
import { SpeechTracker, type FrameRegion } from './speech-tracker.js';

const settings = { onset: 0.5, offset: 0.3, minSilence: 3, minSpeech: 2 };

/** Regions of probabilities in tenths, one digit a frame. */
function regionsOf(digits: string): FrameRegion[] {
  const tracker = new SpeechTracker(settings);
  const found = [...digits].map((digit) => tracker.push(Number(digit) / 10));
  return [...found, tracker.finish()].filter((region) => region !== undefined);
}

describe('SpeechTracker', () => {
  it('begins at the onset and ends where the silence began', () => {
    expect(regionsOf('00999000')).toEqual([{ start: 2, end: 5 }]);
  });

  it('bridges short pauses, and voices that waver above the offset', () => {
    expect(regionsOf('9900990000')).toEqual([{ start: 0, end: 6 }]);
    expect(regionsOf('9944449000')).toEqual([{ start: 0, end: 7 }]);
  });

  it('does not begin between offset and onset', () => {
    expect(regionsOf('4444')).toEqual([]);
  });

  it('forgets clicks', () => {
    expect(regionsOf('0900009900000')).toEqual([{ start: 6, end: 8 }]);
  });

  it('ends with the sound, without the silence at its end', () => {
    expect(regionsOf('0999')).toEqual([{ start: 1, end: 4 }]);
    expect(regionsOf('09990')).toEqual([{ start: 1, end: 4 }]);
  });

  it('tells since when speech goes on', () => {
    const tracker = new SpeechTracker(settings);
    tracker.push(0);
    expect(tracker.openSince).toBeUndefined();
    tracker.push(0.9);
    expect(tracker.openSince).toBe(1);
  });
});
