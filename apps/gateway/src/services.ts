import type { ServiceDefinition } from '@lantern/aws-protocol';
import { comprehend } from '@lantern/comprehend';
import { comprehendmedical } from '@lantern/comprehendmedical';
import { forecast, forecastquery } from '@lantern/forecast';
import { personalize, personalizeEvents, personalizeRuntime } from '@lantern/personalize';
import { polly } from '@lantern/polly';
import { rekognition } from '@lantern/rekognition';
import { s3 } from '@lantern/s3';
import { sagemaker, sagemakerRuntime } from '@lantern/sagemaker';
import { sfn } from '@lantern/sfn';
import { sns } from '@lantern/sns';
import { sqs } from '@lantern/sqs';
import { sts } from '@lantern/sts';
import { transcribe, transcribeStreaming } from '@lantern/transcribe';
import { translate } from '@lantern/translate';

/** Folder name of a service → its APIs. */
export const servicesByFolder: Readonly<Record<string, readonly ServiceDefinition[]>> = {
  rekognition: [rekognition],
  comprehend: [comprehend],
  comprehendmedical: [comprehendmedical],
  transcribe: [transcribe, transcribeStreaming],
  polly: [polly],
  translate: [translate],
  personalize: [personalize, personalizeEvents, personalizeRuntime],
  forecast: [forecast, forecastquery],
  s3: [s3],
  sts: [sts],
  sns: [sns],
  sqs: [sqs],
  sfn: [sfn],
  sagemaker: [sagemaker, sagemakerRuntime],
};

/** Every API that the suite knows. */
export const mountedServices: readonly ServiceDefinition[] = Object.values(servicesByFolder).flat();
