import { describe, expect, it } from 'vitest';
import { redact, redactedKey, textToRedact } from './redaction.js';
import { toTranscriptFile } from './transcript-file.js';
import { reading, said, transcriptOf, windowOf } from './words.fixture.js';

const hello = said('Caf\u00e9, 0 100', 'my 100 200', 'name 200 300', 'is 300 400', 'Mike 500 600');
const smith = said('Smith, 700 800', 'call 800 900', '555 900 1000', '0100. 1000 1100');
const transcript = transcriptOf([
  [windowOf(hello, { alternatives: [reading(hello), reading(said('Mike 500 600'))] }), windowOf(smith)],
]);
const text = textToRedact(transcript.channels[0]!);
const span = (type: string, found: string, probability: number) => {
  const startIndex = text.indexOf(found);
  return { type, probability, startIndex, endIndex: startIndex + found.length };
};
const spans = [[span('NAME', 'Mike Smith', 0.99994), span('PHONE', '555 0100', 0.97)]];

describe('redact', () => {
  it('puts one placeholder for words that a span covers, across windows, and keeps the marks', () => {
    expect(text).toBe('Caf\u00e9, my name is Mike Smith, call 555 0100.');
    const file = toTranscriptFile('job', '1', redact(transcript, spans), { isRedacted: true, maxAlternatives: 5 });
    expect(file.isRedacted).toBe(true);
    expect(file.results.transcripts[0]!.transcript).toBe('Caf\u00e9, my name is [PII], call [PII].');
    expect(JSON.stringify(file)).not.toMatch(/Mike|Smith|555|0100/u);
  });

  it("tells the finder's confidence and the type in the item, not the recogniser's", () => {
    const { items } = toTranscriptFile('job', '1', redact(transcript, spans)).results;
    expect(items[5]).toEqual({
      id: 5,
      type: 'pronunciation',
      alternatives: [{ content: '[PII]', redactions: [{ confidence: '0.9999', type: 'NAME', category: 'PII' }] }],
      start_time: '0.5',
      end_time: '0.8',
    });
  });

  it('can show the type instead', () => {
    const { transcripts } = toTranscriptFile('job', '1', redact(transcript, spans, 'type')).results;
    expect(transcripts[0]!.transcript).toBe('Caf\u00e9, my name is [NAME], call [PHONE].');
  });

  it('takes overlapping spans as one, under the likelier name', () => {
    const both = [[span('NAME', 'is Mike', 0.5), span('ADDRESS', 'Mike Smith', 0.9)]];
    const { transcripts } = toTranscriptFile('job', '1', redact(transcript, both, 'type')).results;
    expect(transcripts[0]!.transcript).toBe('Caf\u00e9, my name [ADDRESS], call 555 0100.');
  });

  it('keeps two neighbours apart, and hides a word of which a part is personal', () => {
    const two = [[span('NAME', 'Mik', 0.9), span('NAME', 'Smith', 0.8)]];
    const { transcripts } = toTranscriptFile('job', '1', redact(transcript, two)).results;
    expect(transcripts[0]!.transcript).toBe('Caf\u00e9, my name is [PII] [PII], call 555 0100.');
  });

  it('names the file', () => {
    expect([redactedKey('job.json'), redactedKey('a/b/job.json')]).toEqual([
      'redacted-job.json',
      'a/b/redacted-job.json',
    ]);
  });
});
