import { defineUnstartedService } from '@lantern/aws-protocol';
import { SagemakerApi } from './api/index.js';
import { SagemakerRuntimeApi } from './api/runtime/index.js';

const reason = 'training jobs and endpoints come after the algorithm library';

export const sagemaker = defineUnstartedService(SagemakerApi, reason);
export const sagemakerRuntime = defineUnstartedService(SagemakerRuntimeApi, reason);
