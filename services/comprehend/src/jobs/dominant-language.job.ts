import { Injectable } from '@nestjs/common';
import { defineJob, type JobRun, type JobRunner } from '@lantern/jobs';
import { ObjectStore } from '@lantern/store';
import { LanguageEngine } from '../engines/language.engine.js';
import { toDominantLanguages } from '../text/dominant-languages.js';
import type { AnalysisFamily, AnalysisOutcome, AnalysisRequest } from './analysis-family.js';
import { runAnalysis } from './run-analysis.js';

/** Jobs that name the language of each document. */
export const dominantLanguageFamily: AnalysisFamily = {
  job: defineJob<AnalysisRequest, AnalysisOutcome>({
    name: 'comprehend.dominant-language',
    concurrency: 2,
    attempts: 3,
    backoffMs: 1_000,
    timeoutMs: 24 * 60 * 60_000,
  }),
  pathWord: 'LANGUAGE',
  arnWord: 'dominant-language-detection-job',
  /** 1 MB: https://docs.aws.amazon.com/comprehend/latest/dg/guidelines-and-limits.html (read 2026-11) */
  maxDocumentBytes: 1 << 20,
};

@Injectable()
export class DominantLanguageJobRunner implements JobRunner<AnalysisRequest, AnalysisOutcome> {
  static readonly job = dominantLanguageFamily.job;

  constructor(
    private readonly objects: ObjectStore,
    private readonly languages: LanguageEngine,
  ) {}

  run(run: JobRun<AnalysisRequest, AnalysisOutcome>): Promise<AnalysisOutcome> {
    return runAnalysis(this.objects, dominantLanguageFamily, run, {
      modelDigest: this.languages.modelDigest,
      analyse: async (text, signal) => ({ Languages: toDominantLanguages(await this.languages.detect(text, signal)) }),
    });
  }
}
