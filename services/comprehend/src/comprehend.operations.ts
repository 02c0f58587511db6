import { defineService, notImplemented } from '@lantern/aws-protocol';
import { ComprehendApi } from './api/index.js';
import { BatchDetectDominantLanguageHandler } from './operations/batch-detect-dominant-language.js';
import { DetectDominantLanguageHandler } from './operations/detect-dominant-language.js';
import { dominantLanguageDetectionJobs } from './operations/dominant-language-detection-jobs.js';
import { ListTagsForResourceHandler, TagResourceHandler, UntagResourceHandler } from './operations/resource-tags.js';

const sentiment = 'no sentiment model is trained yet';
const entities = 'no entity model is trained yet';
const keyPhrases = 'no key phrase model is trained yet';
const syntax = 'no part-of-speech model is trained yet';
const pii = 'no model for personal data is trained yet';
const toxicity = 'no toxicity model is trained yet';
const classifiers = 'training of custom classifiers is not built yet';
const recognizers = 'training of custom entity recognizers is not built yet';
const endpoints = 'custom models, which endpoints would serve, cannot be trained yet';
const flywheels = 'custom models, which flywheels would train, cannot be trained yet';
const sharing = 'custom models, which policies and imports would share, cannot be trained yet';
const jobs = 'no model for the jobs of this family is trained yet';

/** Every operation of Comprehend, with its handler or the reason there is none. */
export const comprehend = defineService(ComprehendApi, {
  BatchDetectDominantLanguage: BatchDetectDominantLanguageHandler,
  DetectDominantLanguage: DetectDominantLanguageHandler,
  DescribeDominantLanguageDetectionJob: dominantLanguageDetectionJobs.Describe,
  ListDominantLanguageDetectionJobs: dominantLanguageDetectionJobs.List,
  StartDominantLanguageDetectionJob: dominantLanguageDetectionJobs.Start,
  StopDominantLanguageDetectionJob: dominantLanguageDetectionJobs.Stop,

  BatchDetectEntities: notImplemented(entities),
  DetectEntities: notImplemented(entities),

  BatchDetectKeyPhrases: notImplemented(keyPhrases),
  DetectKeyPhrases: notImplemented(keyPhrases),

  BatchDetectSentiment: notImplemented(sentiment),
  BatchDetectTargetedSentiment: notImplemented(sentiment),
  DetectSentiment: notImplemented(sentiment),
  DetectTargetedSentiment: notImplemented(sentiment),

  BatchDetectSyntax: notImplemented(syntax),
  DetectSyntax: notImplemented(syntax),

  ClassifyDocument: notImplemented(classifiers),
  CreateDocumentClassifier: notImplemented(classifiers),
  DeleteDocumentClassifier: notImplemented(classifiers),
  DescribeDocumentClassifier: notImplemented(classifiers),
  ListDocumentClassifierSummaries: notImplemented(classifiers),
  ListDocumentClassifiers: notImplemented(classifiers),
  StopTrainingDocumentClassifier: notImplemented(classifiers),

  ContainsPiiEntities: notImplemented(pii),
  DetectPiiEntities: notImplemented(pii),

  CreateDataset: notImplemented(flywheels),
  CreateFlywheel: notImplemented(flywheels),
  DeleteFlywheel: notImplemented(flywheels),
  DescribeDataset: notImplemented(flywheels),
  DescribeFlywheel: notImplemented(flywheels),
  DescribeFlywheelIteration: notImplemented(flywheels),
  ListDatasets: notImplemented(flywheels),
  ListFlywheelIterationHistory: notImplemented(flywheels),
  ListFlywheels: notImplemented(flywheels),
  StartFlywheelIteration: notImplemented(flywheels),
  UpdateFlywheel: notImplemented(flywheels),

  CreateEndpoint: notImplemented(endpoints),
  DeleteEndpoint: notImplemented(endpoints),
  DescribeEndpoint: notImplemented(endpoints),
  ListEndpoints: notImplemented(endpoints),
  UpdateEndpoint: notImplemented(endpoints),

  CreateEntityRecognizer: notImplemented(recognizers),
  DeleteEntityRecognizer: notImplemented(recognizers),
  DescribeEntityRecognizer: notImplemented(recognizers),
  ListEntityRecognizerSummaries: notImplemented(recognizers),
  ListEntityRecognizers: notImplemented(recognizers),
  StopTrainingEntityRecognizer: notImplemented(recognizers),

  DeleteResourcePolicy: notImplemented(sharing),
  DescribeResourcePolicy: notImplemented(sharing),
  ImportModel: notImplemented(sharing),
  PutResourcePolicy: notImplemented(sharing),

  DescribeDocumentClassificationJob: notImplemented(jobs),
  DescribeEntitiesDetectionJob: notImplemented(jobs),
  DescribeEventsDetectionJob: notImplemented(jobs),
  DescribeKeyPhrasesDetectionJob: notImplemented(jobs),
  DescribePiiEntitiesDetectionJob: notImplemented(jobs),
  DescribeSentimentDetectionJob: notImplemented(jobs),
  DescribeTargetedSentimentDetectionJob: notImplemented(jobs),
  DescribeTopicsDetectionJob: notImplemented(jobs),
  ListDocumentClassificationJobs: notImplemented(jobs),
  ListEntitiesDetectionJobs: notImplemented(jobs),
  ListEventsDetectionJobs: notImplemented(jobs),
  ListKeyPhrasesDetectionJobs: notImplemented(jobs),
  ListPiiEntitiesDetectionJobs: notImplemented(jobs),
  ListSentimentDetectionJobs: notImplemented(jobs),
  ListTargetedSentimentDetectionJobs: notImplemented(jobs),
  ListTopicsDetectionJobs: notImplemented(jobs),
  StartDocumentClassificationJob: notImplemented(jobs),
  StartEntitiesDetectionJob: notImplemented(jobs),
  StartEventsDetectionJob: notImplemented(jobs),
  StartKeyPhrasesDetectionJob: notImplemented(jobs),
  StartPiiEntitiesDetectionJob: notImplemented(jobs),
  StartSentimentDetectionJob: notImplemented(jobs),
  StartTargetedSentimentDetectionJob: notImplemented(jobs),
  StartTopicsDetectionJob: notImplemented(jobs),
  StopEntitiesDetectionJob: notImplemented(jobs),
  StopEventsDetectionJob: notImplemented(jobs),
  StopKeyPhrasesDetectionJob: notImplemented(jobs),
  StopPiiEntitiesDetectionJob: notImplemented(jobs),
  StopSentimentDetectionJob: notImplemented(jobs),
  StopTargetedSentimentDetectionJob: notImplemented(jobs),

  DetectToxicContent: notImplemented(toxicity),

  ListTagsForResource: ListTagsForResourceHandler,
  TagResource: TagResourceHandler,
  UntagResource: UntagResourceHandler,
});
