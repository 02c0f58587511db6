import { type DynamicModule, Module } from '@nestjs/common';
import { OperationCaller } from '@lantern/aws-protocol';
import { EventBus, EventRelay } from '@lantern/events';
import { JobStore, WorkQueue } from '@lantern/jobs';
import { Database, IdentityStore, ObjectStore } from '@lantern/store';

/** What the process opened before Nest starts. */
export interface Resources {
  readonly objects: ObjectStore;
  readonly identity: IdentityStore;
  readonly database: Database;
  readonly queue: WorkQueue;
  readonly jobs: JobStore;
  readonly caller: OperationCaller;
  /** Told of trouble in the background. */
  readonly onError: (error: Error) => void;
  readonly inferenceThreads: number;
}

/** What every service may inject. */
@Module({})
export class SharedModule {
  static with({ objects, identity, database, queue, jobs, caller, onError }: Resources): DynamicModule {
    const providers = [
      { provide: ObjectStore, useValue: objects },
      { provide: IdentityStore, useValue: identity },
      { provide: Database, useValue: database },
      { provide: WorkQueue, useValue: queue },
      { provide: JobStore, useValue: jobs },
      { provide: OperationCaller, useValue: caller },
      { provide: EventBus, useValue: new EventBus(database, queue) },
      { provide: EventRelay, useValue: new EventRelay({ database, queue, caller, onError }) },
    ];
    return { module: SharedModule, global: true, providers, exports: providers.map(({ provide }) => provide) };
  }
}
