import { describe, expect, it } from 'vitest';
import { toTranscriptFile } from './transcript-file.js';
import { filterVocabulary } from './vocabulary-filter.js';
import { reading, said, transcriptOf, windowOf } from './words.fixture.js';

const words = said('The 0 1', 'submarine 1 2', 'is 2 3', 'MARINE, 3 4', 'clearly 4 5', 'marine. 5 6');
const transcript = transcriptOf([[windowOf(words, { alternatives: [reading(words), reading(words.slice(3))] })]]);
const fileOf = (method: 'mask' | 'remove' | 'tag') =>
  toTranscriptFile('job', '1', filterVocabulary(transcript, ['Marine'], method), { maxAlternatives: 2 }).results;

describe('filterVocabulary', () => {
  it('masks whole words in any case, in every reading, and keeps their marks', () => {
    const { transcripts, segments } = fileOf('mask');
    expect(transcripts[0]!.transcript).toBe('The submarine is ***, clearly ***.');
    expect(segments![0]!.alternatives[1]!.transcript).toBe('***, clearly ***.');
  });

  it('removes words and their items; the mark goes to the word before', () => {
    const { transcripts, items, segments } = fileOf('remove');
    expect(transcripts[0]!.transcript).toBe('The submarine is, clearly.');
    expect(items.map(({ id }) => id)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(JSON.stringify(segments)).not.toMatch(/"marine"/iu);
  });

  it('tags every word and changes none', () => {
    const { transcripts, items } = fileOf('tag');
    expect(transcripts[0]!.transcript).toBe('The submarine is MARINE, clearly marine.');
    expect(items.filter(({ type }) => type === 'pronunciation').map((item) => item.vocabularyFilterMatch)).toEqual([
      false,
      false,
      false,
      true,
      false,
      true,
    ]);
    expect(items.find(({ type }) => type === 'punctuation')).not.toHaveProperty('vocabularyFilterMatch');
  });

  it('takes composed and decomposed letters for the same', () => {
    const french = transcriptOf([[windowOf(said('de\u0301ja\u0300 0 1'))]]);
    expect(filterVocabulary(french, ['d\u00e9j\u00e0'], 'mask').channels[0]!.windows[0]!.alternatives[0]!.text).toBe(
      '***',
    );
  });

  it('leaves the transcript that it was given as it was', () => {
    const before = JSON.stringify(transcript);
    filterVocabulary(transcript, ['marine'], 'remove');
    expect(JSON.stringify(transcript)).toBe(before);
  });
});
