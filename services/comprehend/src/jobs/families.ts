import type { AnalysisFamily } from './analysis-family.js';
import { dominantLanguageFamily } from './dominant-language.job.js';

/** Every family of jobs that is done: tags, events and the start of workers come with an entry here. */
export const families: readonly AnalysisFamily[] = [dominantLanguageFamily];
