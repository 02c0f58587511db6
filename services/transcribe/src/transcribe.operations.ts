import { defineUnstartedService } from '@lantern/aws-protocol';
import { TranscribeApi } from './api/index.js';
import { TranscribeStreamingApi } from './api/streaming/index.js';

const reason = 'the recogniser is built, but the operations that use it are not finished';

export const transcribe = defineUnstartedService(TranscribeApi, reason);
export const transcribeStreaming = defineUnstartedService(TranscribeStreamingApi, reason);
