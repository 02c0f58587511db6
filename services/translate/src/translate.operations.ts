import { defineUnstartedService } from '@lantern/aws-protocol';
import { TranslateApi } from './api/index.js';

const reason = 'no translation model is trained yet';

export const translate = defineUnstartedService(TranslateApi, reason);
