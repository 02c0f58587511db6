export {
  collectExternalData,
  externalLocations,
  withExternalData,
  type ExternalOptions,
  type ExternalReader,
} from './external-data.js';
export { readModel, type ReadOptions } from './read-model.js';
export { writeModel } from './write-model.js';
