import { type DynamicModule, Module } from '@nestjs/common';
import { OperationCaller, PublicUrl } from '@lantern/aws-protocol';
import { EventBus, EventRelay } from '@lantern/events';
import { JobStore, WorkQueue } from '@lantern/jobs';
import { OutboundHttp } from '@lantern/outbound';
import { Database, IdentityStore, ObjectStore, SecretStore } from '@lantern/store';

/** What the process opened before Nest starts. */
export interface Resources {
  readonly objects: ObjectStore;
  readonly identity: IdentityStore;
  readonly database: Database;
  readonly secrets: SecretStore;
  readonly outbound: OutboundHttp;
  readonly publicUrl: PublicUrl;
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
  static with(resources: Resources): DynamicModule {
    const { database, queue, caller, onError } = resources;
    const providers = [
      { provide: ObjectStore, useValue: resources.objects },
      { provide: IdentityStore, useValue: resources.identity },
      { provide: Database, useValue: database },
      { provide: SecretStore, useValue: resources.secrets },
      { provide: OutboundHttp, useValue: resources.outbound },
      { provide: PublicUrl, useValue: resources.publicUrl },
      { provide: WorkQueue, useValue: queue },
      { provide: JobStore, useValue: resources.jobs },
      { provide: OperationCaller, useValue: caller },
      { provide: EventBus, useValue: new EventBus(database, queue) },
      { provide: EventRelay, useValue: new EventRelay({ database, queue, caller, onError }) },
    ];
    return { module: SharedModule, global: true, providers, exports: providers.map(({ provide }) => provide) };
  }
}
