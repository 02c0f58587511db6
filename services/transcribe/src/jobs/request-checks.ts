import { BadRequestException, type StartTranscriptionJobRequest } from '../api/index.js';

/** A rule that a request may break, and the sentence that says so. */
type Check = readonly [isBroken: (request: StartTranscriptionJobRequest) => unknown, sentence: string];

/** Members that need each other, as their documentation says. The sentences are ours. */
const combinations: readonly Check[] = [
  [({ Media }) => Media.MediaFileUri === undefined, 'Media.MediaFileUri is missing.'],
  [
    ({ LanguageCode, IdentifyLanguage, IdentifyMultipleLanguages }) =>
      [LanguageCode !== undefined, IdentifyLanguage, IdentifyMultipleLanguages].filter(Boolean).length !== 1,
    'Exactly one of LanguageCode, IdentifyLanguage and IdentifyMultipleLanguages must be given.',
  ],
  [
    ({ OutputBucketName, OutputKey }) => OutputKey !== undefined && OutputBucketName === undefined,
    'OutputKey needs OutputBucketName.',
  ],
  [
    ({ OutputBucketName, OutputEncryptionKMSKeyId }) =>
      OutputEncryptionKMSKeyId !== undefined && OutputBucketName === undefined,
    'OutputEncryptionKMSKeyId needs OutputBucketName.',
  ],
  [
    ({ KMSEncryptionContext, OutputEncryptionKMSKeyId }) =>
      KMSEncryptionContext !== undefined && OutputEncryptionKMSKeyId === undefined,
    'KMSEncryptionContext needs OutputEncryptionKMSKeyId.',
  ],
  [
    ({ Settings = {} }) => Boolean(Settings.ShowSpeakerLabels) !== (Settings.MaxSpeakerLabels !== undefined),
    'ShowSpeakerLabels and MaxSpeakerLabels need each other.',
  ],
  [
    ({ Settings = {} }) => Boolean(Settings.ShowAlternatives) !== (Settings.MaxAlternatives !== undefined),
    'ShowAlternatives and MaxAlternatives need each other.',
  ],
  [
    ({ Settings = {} }) =>
      (Settings.VocabularyFilterName === undefined) !== (Settings.VocabularyFilterMethod === undefined),
    'VocabularyFilterName and VocabularyFilterMethod need each other.',
  ],
  [
    ({ JobExecutionSettings = {} }) =>
      JobExecutionSettings.AllowDeferredExecution === true && JobExecutionSettings.DataAccessRoleArn === undefined,
    'AllowDeferredExecution needs DataAccessRoleArn.',
  ],
  [
    ({ IdentifyLanguage, IdentifyMultipleLanguages, LanguageOptions, LanguageIdSettings }) =>
      !IdentifyLanguage && !IdentifyMultipleLanguages && (LanguageOptions ?? LanguageIdSettings) !== undefined,
    'LanguageOptions and LanguageIdSettings need IdentifyLanguage or IdentifyMultipleLanguages.',
  ],
];

/** What a start asks for that is not done here: refused, since a job without it would not be what was asked for. */
const undone: readonly Check[] = [
  [
    ({ IdentifyLanguage, IdentifyMultipleLanguages }) => IdentifyLanguage || IdentifyMultipleLanguages,
    'Lantern does not identify spoken languages yet. Give the LanguageCode.',
  ],
  [
    ({ Settings }) => Settings?.ShowSpeakerLabels,
    'Lantern does not tell speakers apart yet. Leave ShowSpeakerLabels out.',
  ],
  [
    ({ Settings }) => Settings?.VocabularyName,
    "The requested vocabulary couldn't be found. Check the vocabulary name and try your request again.",
  ],
  [
    ({ Settings }) => Settings?.VocabularyFilterName,
    "The requested vocabulary filter couldn't be found. Check the vocabulary filter name and try your request again.",
  ],
  [
    ({ ModelSettings }) => ModelSettings?.LanguageModelName,
    "The requested language model couldn't be found. Check the model name and try your request again.",
  ],
  [
    ({ ContentRedaction }) => ContentRedaction,
    'Lantern does not find personal data in speech yet: no model for it is trained. Leave ContentRedaction out.',
  ],
  [
    ({ ToxicityDetection }) => ToxicityDetection,
    'Lantern does not detect toxic speech yet: no model for it is trained. Leave ToxicityDetection out.',
  ],
];

/**
 * Refuses requests that contradict themselves, and those for what is not done.
 * @throws BadRequestException
 */
export function checkTranscriptionRequest(request: StartTranscriptionJobRequest): void {
  const { Settings = {} } = request;
  if (Settings.ChannelIdentification && Settings.ShowSpeakerLabels)
    throw new BadRequestException('ChannelIdentification and ShowSpeakerLabels exclude each other.');
  for (const [isBroken, sentence] of [...combinations, ...undone])
    if (isBroken(request)) throw new BadRequestException(sentence);
}
