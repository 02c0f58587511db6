export { contract } from './contract.js';
export type { Evidence, EvidenceKind } from './contract.js';
export { clientPreface, frameFlag, frameType, headerBlock, http2Frame } from './http2-frames.js';
export { hasRedis, openTestRedis, type TestRedis } from './redis.js';
export { temporaryFolder } from './temporary-folder.js';
