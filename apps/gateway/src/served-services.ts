import type { ServiceDefinition } from '@lantern/aws-protocol';
import { ConfigurationError, type Config } from './config.js';
import { servicesByFolder } from './services.js';

/** Who answers what. */
export interface ServedServices {
  /** Folders of the services that this process answers itself. */
  readonly here: readonly string[];
  /** Their APIs. */
  readonly mounted: readonly ServiceDefinition[];
  /** Every API that this process answers or passes on. */
  readonly recognised: readonly ServiceDefinition[];
  /** Folder of the service that is answered elsewhere, or undefined. */
  readonly folderElsewhere: (service: ServiceDefinition) => string | undefined;
}

/**
 * Reads from the configuration who answers what: all services here, but for those that it names elsewhere.
 * @throws ConfigurationError for services that nobody knows, and for those that are to be answered twice
 */
export function servedServices({ services, upstreams }: Pick<Config, 'services' | 'upstreams'>): ServedServices {
  const known = Object.keys(servicesByFolder);
  const elsewhere = [...upstreams.keys()];
  const here = services ?? known.filter((folder) => !upstreams.has(folder));
  const unknown = (setting: string, folders: readonly string[]) =>
    folders
      .filter((folder) => !Object.hasOwn(servicesByFolder, folder))
      .map((folder) => `${setting} names ${folder}; known are ${known.join(', ')}`);
  const problems = [
    ...unknown('LANTERN_SERVICES', here),
    ...unknown('LANTERN_UPSTREAMS', elsewhere),
    ...here
      .filter((folder) => upstreams.has(folder))
      .map((folder) => `${folder} is in LANTERN_SERVICES and in LANTERN_UPSTREAMS: it is answered here or there`),
  ];
  if (problems.length > 0) throw new ConfigurationError(problems);
  const definitionsOf = (folder: string) => servicesByFolder[folder] ?? [];
  const folders = new Map(elsewhere.flatMap((folder) => definitionsOf(folder).map(({ api }) => [api.name, folder])));
  return {
    here,
    mounted: here.flatMap(definitionsOf),
    recognised: [...here, ...elsewhere].flatMap(definitionsOf),
    folderElsewhere: ({ api }) => folders.get(api.name),
  };
}
