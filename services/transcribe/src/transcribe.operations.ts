import { defineUnstartedService } from '@lantern/aws-protocol';
import { TranscribeApi } from './api/index.js';
import { TranscribeStreamingApi } from './api/streaming/index.js';

const reason = 'speech recognition comes after the shared job queue and model sessions';

export const transcribe = defineUnstartedService(TranscribeApi, reason);
export const transcribeStreaming = defineUnstartedService(TranscribeStreamingApi, reason);
