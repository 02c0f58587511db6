import { type DynamicModule, Module } from '@nestjs/common';
import type { JobHandlerClass, JobRunnerClass } from '@lantern/jobs';
import { ModelStore } from '@lantern/models';
import { BlazingTextLanguageEngine } from './engines/language.blazingtext.js';
import { LanguageEngine } from './engines/language.engine.js';
import { DominantLanguageJobRunner } from './jobs/dominant-language.job.js';
import { JobAnnouncer } from './jobs/job-announcer.js';
import { BatchDetectDominantLanguageHandler } from './operations/batch-detect-dominant-language.js';
import { DetectDominantLanguageHandler } from './operations/detect-dominant-language.js';
import { dominantLanguageDetectionJobs } from './operations/dominant-language-detection-jobs.js';
import { ListTagsForResourceHandler, TagResourceHandler, UntagResourceHandler } from './operations/resource-tags.js';

/** What runs Comprehend's jobs. */
export const comprehendJobs: readonly JobRunnerClass[] = [DominantLanguageJobRunner];

const handlers = [
  DetectDominantLanguageHandler,
  BatchDetectDominantLanguageHandler,
  ListTagsForResourceHandler,
  TagResourceHandler,
  UntagResourceHandler,
];
const jobHandlers: readonly JobHandlerClass<never>[] = Object.values(dominantLanguageDetectionJobs);

/** Binds Comprehend's engines to the shipped models. */
@Module({})
export class ComprehendModule {
  /** @param threads worker threads for each engine */
  static with({ threads }: { threads: number }): DynamicModule {
    const openLanguageEngine = () => {
      const model = new ModelStore().find('language-id');
      return new BlazingTextLanguageEngine(model.path, model.digest, threads);
    };
    return {
      module: ComprehendModule,
      providers: [
        { provide: LanguageEngine, useFactory: openLanguageEngine },
        ...handlers,
        ...jobHandlers,
        ...comprehendJobs,
        JobAnnouncer,
      ],
      exports: [...handlers, ...jobHandlers, ...comprehendJobs],
    };
  }
}
