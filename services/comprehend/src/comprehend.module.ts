import { type DynamicModule, Module } from '@nestjs/common';
import { ModelStore } from '@lantern/models';
import { BlazingTextLanguageEngine } from './engines/language.blazingtext.js';
import { LanguageEngine } from './engines/language.engine.js';
import { BatchDetectDominantLanguageHandler } from './operations/batch-detect-dominant-language.js';
import { DetectDominantLanguageHandler } from './operations/detect-dominant-language.js';

/** Binds Comprehend's engines to the shipped models. */
@Module({})
export class ComprehendModule {
  /** @param threads worker threads for each engine */
  static with({ threads }: { threads: number }): DynamicModule {
    const openLanguageEngine = () => {
      const model = new ModelStore().find('language-id');
      return new BlazingTextLanguageEngine(model.path, model.digest, threads);
    };
    const handlers = [DetectDominantLanguageHandler, BatchDetectDominantLanguageHandler];
    return {
      module: ComprehendModule,
      providers: [{ provide: LanguageEngine, useFactory: openLanguageEngine }, ...handlers],
      exports: handlers,
    };
  }
}
