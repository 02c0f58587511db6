import { defineUnstartedService } from '@lantern/aws-protocol';
import { ComprehendmedicalApi } from './api/index.js';

const reason = 'no freely licensed medical model is chosen yet';

export const comprehendmedical = defineUnstartedService(ComprehendmedicalApi, reason);
