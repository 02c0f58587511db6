import { defineUnstartedService } from '@lantern/aws-protocol';
import { PersonalizeApi } from './api/index.js';
import { PersonalizeEventsApi } from './api/events/index.js';
import { PersonalizeRuntimeApi } from './api/runtime/index.js';

const reason = 'recommendation models come after the training engine';

export const personalize = defineUnstartedService(PersonalizeApi, reason);
export const personalizeEvents = defineUnstartedService(PersonalizeEventsApi, reason);
export const personalizeRuntime = defineUnstartedService(PersonalizeRuntimeApi, reason);
