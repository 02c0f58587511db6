export { polly } from './polly.operations.js';
