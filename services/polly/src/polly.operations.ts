import { defineUnstartedService } from '@lantern/aws-protocol';
import { PollyApi } from './api/index.js';

const reason = 'speech synthesis comes after the shared job queue and model sessions';

export const polly = defineUnstartedService(PollyApi, reason);
