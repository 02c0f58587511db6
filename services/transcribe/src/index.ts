export { transcribe, transcribeStreaming } from './transcribe.operations.js';
