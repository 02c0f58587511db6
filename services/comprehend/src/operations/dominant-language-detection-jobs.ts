import { jobOperations } from '@lantern/jobs';
import type { ComprehendApi } from '../api/index.js';
import type { AnalysisOutcome, AnalysisRequest } from '../jobs/analysis-family.js';
import { analysisMapping, analysisProperties, newAnalysis } from '../jobs/analysis-mapping.js';
import { dominantLanguageFamily as family } from '../jobs/dominant-language.job.js';

type Operations = typeof ComprehendApi.operations;
interface Family {
  readonly Start: Operations['StartDominantLanguageDetectionJob'];
  readonly Describe: Operations['DescribeDominantLanguageDetectionJob'];
  readonly List: Operations['ListDominantLanguageDetectionJobs'];
  readonly Stop: Operations['StopDominantLanguageDetectionJob'];
}

/** Jobs that name the language of each of many documents. */
export const dominantLanguageDetectionJobs = jobOperations<Family, AnalysisRequest, AnalysisOutcome>(family.job, {
  ...analysisMapping(family),
  start: newAnalysis,
  described: (record) => ({ DominantLanguageDetectionJobProperties: analysisProperties(family, record) }),
  listed: (records, NextToken) => ({
    DominantLanguageDetectionJobPropertiesList: records.map((record) => analysisProperties(family, record)),
    NextToken,
  }),
});
