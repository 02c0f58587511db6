import { describe, expect, it } from 'vitest';
import { toConfidence, toSeconds } from './decimal.js';
import { toTranscriptFile } from './transcript-file.js';
import { onHold, reading, said, sorry, transcriptOf, windowOf } from './words.fixture.js';

const plain = transcriptOf([[windowOf(onHold), windowOf(sorry)]]);

/** https://docs.aws.amazon.com/transcribe/latest/dg/diarization-output-batch.html (edition of 2023), with the `id` of later files. */
const aboutWithSpeaker = {
  id: 9,
  type: 'pronunciation',
  alternatives: [{ confidence: '0.902', content: 'about' }],
  start_time: '8.88',
  end_time: '9.05',
  speaker_label: 'spk_1',
};

describe('toTranscriptFile', () => {
  it('has jobName, accountId, status and results alone', () => {
    const file = toTranscriptFile('my-first-transcription-job', '111122223333', plain);
    expect(Object.keys(file)).toEqual(['jobName', 'accountId', 'status', 'results']);
    expect(Object.keys(file.results)).toEqual(['transcripts', 'items', 'audio_segments']);
    expect(file).toMatchObject({
      jobName: 'my-first-transcription-job',
      accountId: '111122223333',
      status: 'COMPLETED',
    });
    expect(file.results.transcripts).toEqual([{ transcript: "I've been on hold for an hour. Sorry about that." }]);
  });

  it('counts words and marks together; marks have no times and no confidence', () => {
    const { items } = toTranscriptFile('job', '1', plain).results;
    expect(items.map(({ id }) => id)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(items[0]).toEqual({
      id: 0,
      type: 'pronunciation',
      alternatives: [{ confidence: '1.0', content: "I've" }],
      start_time: '4.87',
      end_time: '5.02',
    });
    expect(items[7]).toEqual({ id: 7, type: 'punctuation', alternatives: [{ confidence: '0.0', content: '.' }] });
  });

  it('makes an item of each of several marks', () => {
    const { items } = toTranscriptFile('job', '1', transcriptOf([[windowOf(said('really?! 0 500'))]])).results;
    expect(items.map(({ alternatives }) => alternatives[0]!.content)).toEqual(['really', '?', '!']);
  });

  it('cuts segments at long pauses, with the ids of what is in them', () => {
    expect(toTranscriptFile('job', '1', plain).results.audio_segments).toEqual([
      {
        id: 0,
        transcript: "I've been on hold for an hour.",
        start_time: '4.87',
        end_time: '6.88',
        items: [0, 1, 2, 3, 4, 5, 6, 7],
      },
      { id: 1, transcript: 'Sorry about that.', start_time: '8.49', end_time: '9.24', items: [8, 9, 10, 11] },
    ]);
  });

  it('labels speakers as in the example of the guide', () => {
    const speakers = [
      { startMs: 4870, endMs: 6880, label: 'spk_0' },
      { startMs: 8490, endMs: 9240, label: 'spk_1' },
    ];
    const { results } = toTranscriptFile('job', '1', { ...plain, speakers });
    expect(results.speaker_labels).toMatchObject({ channel_label: 'ch_0', speakers: 2 });
    expect(results.speaker_labels!.segments[1]).toEqual({
      start_time: '8.49',
      end_time: '9.24',
      speaker_label: 'spk_1',
      items: [
        { speaker_label: 'spk_1', start_time: '8.49', end_time: '8.88' },
        { speaker_label: 'spk_1', start_time: '8.88', end_time: '9.05' },
        { speaker_label: 'spk_1', start_time: '9.05', end_time: '9.24' },
      ],
    });
    expect(results.items[9]).toEqual(aboutWithSpeaker);
    expect(results.items[11]).toMatchObject({ type: 'punctuation', speaker_label: 'spk_1' });
    expect(results.audio_segments.map(({ speaker_label }) => speaker_label)).toEqual(['spk_0', 'spk_1']);
  });

  it('gives a word between turns to the nearest, and one that two share to the longer part', () => {
    const words = said('a 0 100', 'b 950 1200', 'c 2000 2100', 'd 5000 5100');
    const speakers = [
      { startMs: 0, endMs: 1000, label: 'spk_0' },
      { startMs: 1000, endMs: 1900, label: 'spk_1' },
      { startMs: 3000, endMs: 4000, label: 'spk_0' },
    ];
    const { items } = toTranscriptFile('job', '1', transcriptOf([[windowOf(words)]], { speakers })).results;
    expect(items.map(({ speaker_label }) => speaker_label)).toEqual(['spk_0', 'spk_1', 'spk_1', 'spk_0']);
  });

  it('keeps channels apart and merges them by time', () => {
    const agent = said('Yes. 5700 5800', 'Sorry 8500 8890');
    const transcript = transcriptOf([[windowOf(onHold)], [windowOf(agent)]]);
    const { results } = toTranscriptFile('job', '1', transcript, { channelIdentification: true });
    expect(results.transcripts[0]!.transcript).toBe("I've been on hold for Yes. an hour. Sorry");
    expect(results.channel_labels!.number_of_channels).toBe(2);
    const [customer, other] = results.channel_labels!.channels;
    expect(customer!.items.map(({ alternatives }) => alternatives[0]!.content).join(' ')).toBe(
      "I've been on hold for an hour .",
    );
    expect(other!.channel_label).toBe('ch_1');
    expect(other!.items[0]).toEqual({
      id: 5,
      type: 'pronunciation',
      alternatives: [{ confidence: '1.0', content: 'Yes' }],
      start_time: '5.7',
      end_time: '5.8',
      channel_label: 'ch_1',
    });
    expect(results.items.map(({ id }) => id)).toEqual(results.items.map((_, i) => i));
    expect(results.audio_segments.map(({ channel_label }) => channel_label)).toEqual(['ch_0', 'ch_1', 'ch_0', 'ch_1']);
  });

  it('shows no more alternatives than wanted, the best first, by segment', () => {
    const best = said('rainforest. 3060 3960 0.99');
    const other = said('rain 3060 3380 0.0037', 'forest. 3380 3960 0.0037');
    const window = windowOf(best, {
      startMs: 1040,
      endMs: 5065,
      alternatives: [best, other, other].map((words) => reading(words)),
    });
    const { results } = toTranscriptFile('job', '1', transcriptOf([[window]]), { maxAlternatives: 2 });
    expect(results.segments).toHaveLength(1);
    expect(results.segments![0]).toMatchObject({ start_time: '1.04', end_time: '5.065' });
    expect(results.segments![0]!.alternatives.map(({ transcript }) => transcript)).toEqual([
      'rainforest.',
      'rain forest.',
    ]);
    expect(results.segments![0]!.alternatives[1]!.items).toEqual([
      { start_time: '3.06', confidence: '0.004', end_time: '3.38', type: 'pronunciation', content: 'rain' },
      { start_time: '3.38', confidence: '0.004', end_time: '3.96', type: 'pronunciation', content: 'forest' },
      { confidence: '0.0', type: 'punctuation', content: '.' },
    ]);
  });

  it('tells an identified language with its scores', () => {
    const scores = [
      { code: 'en-US', probability: 0.98314 },
      { code: 'de-DE', probability: 0.01686 },
    ];
    const { results } = toTranscriptFile('job', '1', { ...plain, language: { code: 'en-US', scores } });
    expect(results).toMatchObject({
      language_code: 'en-US',
      language_identification: [
        { score: '0.9831', code: 'en-US' },
        { score: '0.0169', code: 'de-DE' },
      ],
    });
  });

  it('tells how long each of several languages was spoken, in numbers', () => {
    const windows = [
      windowOf(onHold, { startMs: 0, endMs: 2450, languageCode: 'en-US' }),
      windowOf(sorry, { startMs: 3000, endMs: 8325, languageCode: 'hi-IN' }),
    ];
    const { results } = toTranscriptFile('job', '1', transcriptOf([windows]));
    expect(results).toMatchObject({
      language_codes: [
        { language_code: 'en-US', duration_in_seconds: 2.45 },
        { language_code: 'hi-IN', duration_in_seconds: 5.325 },
      ],
    });
    expect(results.items[8]).toMatchObject({ language_code: 'hi-IN' });
  });

  it('is whole where nothing was said', () => {
    const { results } = toTranscriptFile('job', '1', transcriptOf([[]]));
    expect(results).toEqual({ transcripts: [{ transcript: '' }], items: [], audio_segments: [] });
  });
});

describe('decimals', () => {
  it.each([
    [8000, '8.0'],
    [900, '0.9'],
    [1040, '1.04'],
    [5065.4, '5.065'],
    [3_725_500, '3725.5'],
  ])('writes %d ms as %s', (ms, written) => expect(toSeconds(ms)).toBe(written));

  it('writes a certain word as 1.0 and a doubtful one with three digits', () => {
    expect([toConfidence(1), toConfidence(0.81789), toConfidence(0)]).toEqual(['1.0', '0.818', '0.0']);
  });
});
