export { recogniseLong, type RecognisedWindow, type RecogniseLongOptions } from './recognise-long.js';
export { SileroVoiceDetector } from './voice/silero.onnx.js';
export { speechRegions, type Region } from './voice/speech-regions.js';
export { SpeechTracker, usualTracking, type FrameRegion, type TrackerSettings } from './voice/speech-tracker.js';
export { frameMs, frameSamples, VoiceDetector, type VoiceTrack } from './voice/voice-detector.js';
