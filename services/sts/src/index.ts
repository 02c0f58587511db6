export { sts } from './sts.operations.js';
export { StsModule } from './sts.module.js';
