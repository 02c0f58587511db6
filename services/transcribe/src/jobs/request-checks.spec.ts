import { describe, expect, it } from 'vitest';
import { BadRequestException, type StartTranscriptionJobRequest } from '../api/index.js';
import { checkTranscriptionRequest } from './request-checks.js';

const good: StartTranscriptionJobRequest = {
  TranscriptionJobName: 'one',
  LanguageCode: 'en-US',
  Media: { MediaFileUri: 's3://calls/one.wav' },
};

describe('checkTranscriptionRequest', () => {
  it.each<Partial<StartTranscriptionJobRequest>>([
    {},
    {
      OutputBucketName: 'out',
      OutputKey: 'a.json',
      OutputEncryptionKMSKeyId: 'alias/key',
      KMSEncryptionContext: { a: 'b' },
    },
    { Settings: { ChannelIdentification: true, ShowAlternatives: true, MaxAlternatives: 3 } },
    { Settings: { ShowSpeakerLabels: false, ShowAlternatives: false } },
    { JobExecutionSettings: { AllowDeferredExecution: true, DataAccessRoleArn: 'arn:aws:iam::111122223333:role/a' } },
    { LanguageCode: 'de-DE' },
  ])('accepts %o', (more) => expect(() => checkTranscriptionRequest({ ...good, ...more })).not.toThrow());

  it.each<readonly [string, Partial<StartTranscriptionJobRequest>]>([
    ['MediaFileUri', { Media: {} }],
    ['Exactly one', { LanguageCode: undefined }],
    ['Exactly one', { IdentifyLanguage: true }],
    ['OutputKey', { OutputKey: 'a.json' }],
    ['OutputEncryptionKMSKeyId', { OutputEncryptionKMSKeyId: 'alias/key' }],
    ['KMSEncryptionContext', { KMSEncryptionContext: { a: 'b' } }],
    ['need each other', { Settings: { ShowSpeakerLabels: true } }],
    ['need each other', { Settings: { MaxSpeakerLabels: 2 } }],
    ['need each other', { Settings: { ShowAlternatives: true } }],
    ['need each other', { Settings: { VocabularyFilterMethod: 'mask' } }],
    ['exclude each other', { Settings: { ChannelIdentification: true, ShowSpeakerLabels: true, MaxSpeakerLabels: 2 } }],
    ['DataAccessRoleArn', { JobExecutionSettings: { AllowDeferredExecution: true } }],
    ['LanguageOptions', { LanguageOptions: ['en-US', 'de-DE'] }],
    ['identify spoken languages', { LanguageCode: undefined, IdentifyLanguage: true }],
    ['personal data', { ContentRedaction: { RedactionType: 'PII', RedactionOutput: 'redacted' } }],
    ['toxic', { ToxicityDetection: [{ ToxicityCategories: ['ALL'] }] }],
    ["model couldn't be found", { ModelSettings: { LanguageModelName: 'mine' } }],
    ["vocabulary couldn't be found", { Settings: { VocabularyName: 'mine' } }],
  ])('says "%s" of %o', (words, more) => {
    const check = () => checkTranscriptionRequest({ ...good, ...more });
    expect(check).toThrow(BadRequestException);
    expect(check).toThrow(words);
  });
});
