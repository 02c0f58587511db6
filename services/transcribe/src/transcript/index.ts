export { toConfidence, toSeconds } from './decimal.js';
export { redact, redactedKey, textToRedact, type PersonalSpan, type PlaceholderStyle } from './redaction.js';
export { toSubRip, toWebVtt, type SubtitleSettings } from './subtitles/formats.js';
export {
  toTranscriptFile,
  type AudioSegment,
  type TranscriptFile,
  type TranscriptFileSettings,
  type TranscriptItem,
} from './transcript-file.js';
export {
  bestWords,
  readableText,
  type Redaction,
  type SpeakerTurn,
  type Transcript,
  type TranscriptChannel,
  type TranscriptHypothesis,
  type TranscriptLanguage,
  type TranscriptWindow,
  type TranscriptWord,
} from './transcript.js';
export { comparable, filterVocabulary, filterWordsOf, mask, type VocabularyFilterMethod } from './vocabulary-filter.js';
