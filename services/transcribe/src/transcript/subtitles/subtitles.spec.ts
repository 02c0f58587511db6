import { describe, expect, it } from 'vitest';
import { filterVocabulary } from '../vocabulary-filter.js';
import { onHold, said, sorry, transcriptOf, windowOf } from '../words.fixture.js';
import { cuesOf } from './cues.js';
import { toSubRip, toWebVtt } from './formats.js';

const plain = transcriptOf([[windowOf(onHold), windowOf(sorry)]]);

/** Words of 300 ms without a pause. */
const speech = (text: string) => said(...text.split(' ').map((word, i) => `${word} ${i * 300} ${i * 300 + 300}`));

describe('subtitles', () => {
  it('writes SubRip from 0, as AWS does by default', () => {
    expect(toSubRip(plain)).toBe(
      "0\n00:00:04,870 --> 00:00:06,880\nI've been on hold for an hour.\n\n1\n00:00:08,490 --> 00:00:09,240\nSorry about that.\n",
    );
  });

  it('writes WebVTT from 1 where that is wanted, with markup escaped', () => {
    const transcript = transcriptOf([[windowOf(said('R&D 3723004 3723500', '<b> 3723500 3724000'))]]);
    expect(toWebVtt(transcript, { startIndex: 1 })).toBe(
      'WEBVTT\n\n1\n01:02:03.004 --> 01:02:04.000\nR&amp;D &lt;b&gt;\n',
    );
  });

  it('writes no file where nothing was said', () => {
    expect([toSubRip(transcriptOf([[]])), toWebVtt(transcriptOf([[]]))]).toEqual([undefined, undefined]);
  });

  it('fits every cue on two lines and in seven seconds, and loses no word', () => {
    const text = Array.from({ length: 300 }, (_, i) => `word${i}${i % 17 === 16 ? '.' : ''}`).join(' ');
    const cues = cuesOf(transcriptOf([[windowOf(speech(text))]]));
    expect(cues.flatMap(({ lines }) => lines).join(' ')).toBe(text);
    expect(cues.length).toBeGreaterThan(20);
    for (const [i, { startMs, endMs, lines }] of cues.entries()) {
      expect(lines.length).toBeLessThanOrEqual(2);
      expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(42);
      expect(endMs - startMs).toBeLessThanOrEqual(7_000);
      if (i > 0) expect(startMs).toBeGreaterThanOrEqual(cues[i - 1]!.endMs);
    }
  });

  it('begins a cue with a new sentence, and keeps a very short one with the next', () => {
    const lines = (text: string) => cuesOf(transcriptOf([[windowOf(speech(text))]])).map((cue) => cue.lines.join('|'));
    expect(lines('This is a sentence of its own. And another one.')).toEqual([
      'This is a sentence of its own.',
      'And another one.',
    ]);
    expect(lines('No. That is wrong.')).toEqual(['No. That is wrong.']);
  });

  it('shows a word longer than a line by itself', () => {
    const long = 'x'.repeat(60);
    const [cue] = cuesOf(transcriptOf([[windowOf(speech(`see ${long}`))]]));
    expect(cue!.lines).toEqual(['see', long]);
  });

  it('tells speakers of one cue apart with dashes', () => {
    const words = said('Ready? 0 400', 'Yes. 500 800');
    const speakers = [
      { startMs: 0, endMs: 450, label: 'spk_0' },
      { startMs: 450, endMs: 900, label: 'spk_1' },
    ];
    const cues = cuesOf(transcriptOf([[windowOf(words)]], { speakers }));
    expect(cues).toEqual([{ startMs: 0, endMs: 800, lines: ['-- Ready?', '-- Yes.'] }]);
  });

  it('ends a cue where one of another channel begins', () => {
    const cues = cuesOf(transcriptOf([[windowOf(said('one 0 8000'))], [windowOf(said('two 7500 8200'))]]));
    expect(cues.map(({ startMs, endMs }) => [startMs, endMs])).toEqual([
      [0, 7500],
      [7500, 8200],
    ]);
  });

  it('follows vocabulary filters', () => {
    expect(toSubRip(filterVocabulary(plain, ['hold'], 'mask'))).toContain("I've been on *** for an hour.");
    expect(toSubRip(filterVocabulary(plain, ['hold'], 'remove'))).toContain("I've been on for an hour.");
  });
});
