import { defineUnstartedService } from '@lantern/aws-protocol';
import { PollyApi } from './api/index.js';

const reason = 'speech synthesis is not built yet';

export const polly = defineUnstartedService(PollyApi, reason);
