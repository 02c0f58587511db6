export { sfn } from './sfn.operations.js';
