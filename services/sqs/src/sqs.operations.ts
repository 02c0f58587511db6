import { defineUnstartedService } from '@lantern/aws-protocol';
import { SqsApi } from './api/index.js';

const reason = 'queues come with the job queue';

export const sqs = defineUnstartedService(SqsApi, reason);
