export { constantFold, type ConstantFoldOptions } from './constant-fold.js';
export { foldBatchNorm } from './fold-batch-norm.js';
export { removeIdentity } from './remove-identity.js';
