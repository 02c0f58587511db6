export { personalize, personalizeEvents, personalizeRuntime } from './personalize.operations.js';
