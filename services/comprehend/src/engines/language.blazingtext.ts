import type { OnModuleDestroy } from '@nestjs/common';
import type { Abortable } from '@lantern/aws-protocol';
import { BatchingPool } from '@lantern/models';
import { LanguageEngine, type LanguageScore } from './language.engine.js';

/** Texts in one message to a worker: some milliseconds of work. */
const MAX_BATCH_TEXTS = 256;

/** Runs the shipped identifier in worker threads. */
export class BlazingTextLanguageEngine extends LanguageEngine implements OnModuleDestroy {
  private readonly pool: BatchingPool<string, readonly LanguageScore[]>;

  constructor(
    modelPath: string,
    readonly modelDigest: string,
    nThreads: number,
  ) {
    super();
    this.pool = new BatchingPool({
      script: new URL('./language.worker.js', import.meta.url),
      data: { modelPath },
      size: nThreads,
      maxSize: MAX_BATCH_TEXTS,
      maxDelayMs: 0,
    });
  }

  detect(text: string, wanted: Abortable): Promise<readonly LanguageScore[]> {
    return this.pool.run(text, wanted);
  }

  onModuleDestroy(): Promise<void> {
    return this.pool.close();
  }
}
