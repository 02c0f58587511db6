import { type DynamicModule, Module, type Type } from '@nestjs/common';
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

/** Modules of the services that have handlers, by folder name. */
const modules: Readonly<Record<string, (resources: Resources) => DynamicModule | Type>> = {
  comprehend: ({ inferenceThreads }) => ComprehendModule.with({ threads: inferenceThreads }),
  s3: () => S3Module,
  sts: () => StsModule,
};

/** Wires resources and the services that this process serves. */
@Module({})
export class AppModule {
  /** @param folders services by folder name */
  static with(resources: Resources, folders: readonly string[]): DynamicModule {
    const shared: DynamicModule = {
      module: SharedModule,
      global: true,
      providers: [
        { provide: ObjectStore, useValue: resources.objects },
        { provide: IdentityStore, useValue: resources.identity },
      ],
      exports: [ObjectStore, IdentityStore],
    };
    const services = folders.flatMap((folder) => modules[folder]?.(resources) ?? []);
    return { module: AppModule, imports: [shared, ...services] };
  }
}

/** Stores that every service may inject. */
@Module({})
class SharedModule {}
