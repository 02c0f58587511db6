export { comprehendJobs, ComprehendModule } from './comprehend.module.js';
export { comprehend } from './comprehend.operations.js';
