import { defineUnstartedService } from '@lantern/aws-protocol';
import { RekognitionApi } from './api/index.js';

const reason = 'image analysis is the next capability after the shared model sessions';

export const rekognition = defineUnstartedService(RekognitionApi, reason);
