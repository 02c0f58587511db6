import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { ComprehendModule } from '@lantern/comprehend';
import { S3Module } from '@lantern/s3';
import { SnsModule } from '@lantern/sns';
import { SqsModule } from '@lantern/sqs';
import { StsModule } from '@lantern/sts';
import { internalFolders } from './operation-caller.js';
import { SharedModule, type Resources } from './shared.module.js';

/** Modules of the services that have handlers, by folder name. */
const modules: Readonly<Record<string, (resources: Resources) => DynamicModule | Type>> = {
  comprehend: ({ inferenceThreads }) => ComprehendModule.with({ threads: inferenceThreads }),
  s3: () => S3Module,
  sns: () => SnsModule,
  sqs: () => SqsModule,
  sts: () => StsModule,
};

/** Wires resources, the services that this process serves, and those that the suite itself calls. */
@Module({})
export class AppModule {
  /** @param folders services by folder name */
  static with(resources: Resources, folders: readonly string[]): DynamicModule {
    const all = new Set([...folders, ...internalFolders]);
    const services = [...all].flatMap((folder) => modules[folder]?.(resources) ?? []);
    return { module: AppModule, imports: [SharedModule.with(resources), ...services] };
  }
}
