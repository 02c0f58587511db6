import { defineUnstartedService } from '@lantern/aws-protocol';
import { SfnApi } from './api/index.js';

const reason = 'the state machine interpreter comes after the job queue';

export const sfn = defineUnstartedService(SfnApi, reason);
