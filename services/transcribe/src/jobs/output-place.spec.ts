import { describe, expect, it } from 'vitest';
import { subtitleFormats, subtitlePlace, transcriptPlace } from './output-place.js';

const job = (asked: object) => ({
  id: '0123456789abcdef0123456789abcdef',
  account: '111122223333',
  region: 'us-west-2',
  name: 'my-first-transcription',
  request: {
    asked: { TranscriptionJobName: 'my-first-transcription', Media: {}, ...asked },
    media: { bucket: 'in', key: 'a.wav' },
    nonce: 'n',
  },
});

describe('the place of a transcript', () => {
  it.each([
    [undefined, 'my-first-transcription.json'],
    ['my-transcript.json', 'my-transcript.json'],
    ['my-transcript', 'my-transcript/my-first-transcription.json'],
    ['test-files/my-transcript.json', 'test-files/my-transcript.json'],
    ['test-files/my-transcript', 'test-files/my-transcript/my-first-transcription.json'],
    ['folder/', 'folder/my-first-transcription.json'],
  ])('for the key %s is %s', (OutputKey, key) =>
    expect(transcriptPlace(job({ OutputBucketName: 'out', OutputKey }))).toEqual({ bucket: 'out', key }),
  );

  it('is a bucket of the service where none is named', () =>
    expect(transcriptPlace(job({}))).toEqual({
      bucket: 'aws-transcribe-us-west-2-prod',
      key: '111122223333/my-first-transcription/01234567-89ab-cdef-0123-456789abcdef/asrOutput.json',
    }));

  it('has the subtitles beside it, each format once', () => {
    const asked = job({ OutputBucketName: 'out', OutputKey: 'a.json', Subtitles: { Formats: ['vtt', 'srt', 'vtt'] } });
    expect(subtitleFormats(asked).map((format) => subtitlePlace(asked, format).key)).toEqual(['a.vtt', 'a.srt']);
  });
});
