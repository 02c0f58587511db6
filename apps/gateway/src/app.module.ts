import { type DynamicModule, Module } from '@nestjs/common';
import { ComprehendModule } from '@lantern/comprehend';
import { S3Module } from '@lantern/s3';
import { IdentityStore, ObjectStore } from '@lantern/store';
import { StsModule } from '@lantern/sts';

/** What the process opened before Nest starts. */
export interface Resources {
  readonly objects: ObjectStore;
  readonly identity: IdentityStore;
  readonly inferenceThreads: number;
}

/** Wires resources and the services that have handlers. */
@Module({})
export class AppModule {
  static with({ objects, identity, inferenceThreads }: Resources): DynamicModule {
    const shared: DynamicModule = {
      module: SharedModule,
      global: true,
      providers: [
        { provide: ObjectStore, useValue: objects },
        { provide: IdentityStore, useValue: identity },
      ],
      exports: [ObjectStore, IdentityStore],
    };
    return {
      module: AppModule,
      imports: [shared, ComprehendModule.with({ threads: inferenceThreads }), S3Module, StsModule],
    };
  }
}

/** Stores that every service may inject. */
@Module({})
class SharedModule {}
