export { cut, type Cut } from './cut.js';
export { expose, type Exposure } from './expose.js';
export { extend, type Extension } from './extend.js';
export { GraphEditError } from './graph-edit-error.js';
export { join, type JoinOptions } from './join.js';
export { removeUnused } from './remove-unused.js';
export { prefixNames, renameValues } from './rename.js';
export { topologicalSort } from './sort.js';
