export { contract } from './contract.js';
export type { Evidence, EvidenceKind } from './contract.js';
export { temporaryFolder } from './temporary-folder.js';
