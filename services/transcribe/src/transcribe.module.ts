import { type DynamicModule, Module } from '@nestjs/common';
import type { JobRunnerClass } from '@lantern/jobs';
import { ResultAddressBook } from './jobs/result-addresses.js';
import { LibrarySpeechModels, SpeechModels, type LibrarySpeechModelsConfig } from './jobs/speech-models.js';
import { TranscriptionJobRunner } from './jobs/transcription.job.js';
import { DeleteTranscriptionJobHandler } from './operations/delete-transcription-job.js';
import { GetTranscriptionJobHandler } from './operations/get-transcription-job.js';
import { ListTranscriptionJobsHandler } from './operations/list-transcription-jobs.js';
import { ListTagsForResourceHandler, TagResourceHandler, UntagResourceHandler } from './operations/resource-tags.js';
import { StartTranscriptionJobHandler } from './operations/start-transcription-job.js';

/** What runs Transcribe's jobs. */
export const transcribeJobs: readonly JobRunnerClass[] = [TranscriptionJobRunner];

const handlers = [
  StartTranscriptionJobHandler,
  GetTranscriptionJobHandler,
  ListTranscriptionJobsHandler,
  DeleteTranscriptionJobHandler,
  ListTagsForResourceHandler,
  TagResourceHandler,
  UntagResourceHandler,
];

/** Binds Transcribe to the models of this machine, which are loaded when the first job or stream wants them. */
@Module({})
export class TranscribeModule {
  static with(config: LibrarySpeechModelsConfig): DynamicModule {
    return {
      module: TranscribeModule,
      providers: [
        { provide: SpeechModels, useFactory: () => new LibrarySpeechModels(config) },
        ResultAddressBook,
        ...handlers,
        ...transcribeJobs,
      ],
      exports: [SpeechModels, ...handlers, ...transcribeJobs],
    };
  }
}
