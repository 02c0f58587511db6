// What hears, without the service around it: for tests, benches and programs that need no AWS.
export { moonshineModel, MoonshineEngine, type MoonshineOptions } from './recognition/moonshine/moonshine.engine.js';
export { SpeechEngine, SpeechEngineError, speechSampleRateHz } from './recognition/speech-engine.js';
export type {
  BiasPhrase,
  Hypothesis,
  NGramModel,
  RecognisedWord,
  RecogniseOptions,
} from './recognition/speech-engine.js';
export { recogniseLong, type RecognisedWindow, type RecogniseLongOptions } from './long-audio/index.js';
export { SileroVoiceDetector, speechRegions, VoiceDetector, type Region, type VoiceTrack } from './long-audio/index.js';
