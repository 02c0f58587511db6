export { sqs } from './sqs.operations.js';
export { SqsModule } from './sqs.module.js';
