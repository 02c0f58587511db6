import { defineUnstartedService } from '@lantern/aws-protocol';
import { SnsApi } from './api/index.js';

const reason = 'notifications come with the job queue';

export const sns = defineUnstartedService(SnsApi, reason);
