export { sqs } from './sqs.operations.js';
