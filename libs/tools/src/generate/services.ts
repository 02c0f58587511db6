/** Which model becomes which folder. The first model of a service is its main one; the others get a folder of their own. */
export interface GeneratedApi {
  /** File name of the Smithy model, as AWS publishes it. */
  readonly model: string;
  /** Folder under `services/`. */
  readonly service: string;
  /** Folder under `src/api/`; absent for the main model. */
  readonly part?: string;
  /** Our name of the API; also the stem of the exported constant. */
  readonly name: string;
}

/** https://github.com/aws/api-models-aws, the commit that the generated code comes from. */
export const modelsCommit = '56c8953e87aeead95ae5e66a3ca6a355731db6ad';

export const generatedApis: readonly GeneratedApi[] = [
  { model: 'rekognition-2016-06-27', service: 'rekognition', name: 'rekognition' },
  { model: 'comprehend-2017-11-27', service: 'comprehend', name: 'comprehend' },
  { model: 'comprehendmedical-2018-10-30', service: 'comprehendmedical', name: 'comprehendmedical' },
  { model: 'transcribe-2017-10-26', service: 'transcribe', name: 'transcribe' },
  { model: 'transcribe-streaming-2017-10-26', service: 'transcribe', part: 'streaming', name: 'transcribe-streaming' },
  { model: 'polly-2016-06-10', service: 'polly', name: 'polly' },
  { model: 'translate-2017-07-01', service: 'translate', name: 'translate' },
  { model: 'personalize-2018-05-22', service: 'personalize', name: 'personalize' },
  { model: 'personalize-events-2018-03-22', service: 'personalize', part: 'events', name: 'personalize-events' },
  { model: 'personalize-runtime-2018-05-22', service: 'personalize', part: 'runtime', name: 'personalize-runtime' },
  { model: 'forecast-2018-06-26', service: 'forecast', name: 'forecast' },
  { model: 'forecastquery-2018-06-26', service: 'forecast', part: 'query', name: 'forecastquery' },
  { model: 's3-2006-03-01', service: 's3', name: 's3' },
  { model: 'sts-2011-06-15', service: 'sts', name: 'sts' },
  { model: 'sns-2010-03-31', service: 'sns', name: 'sns' },
  { model: 'sqs-2012-11-05', service: 'sqs', name: 'sqs' },
  { model: 'sfn-2016-11-23', service: 'sfn', name: 'sfn' },
  { model: 'sagemaker-2017-07-24', service: 'sagemaker', name: 'sagemaker' },
  { model: 'sagemaker-runtime-2017-05-13', service: 'sagemaker', part: 'runtime', name: 'sagemaker-runtime' },
];

/** `personalize-events` → `PersonalizeEventsApi`. */
export const apiConstant = (name: string): string =>
  `${name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')}Api`;
