export { s3 } from './s3.operations.js';
export { S3Module } from './s3.module.js';
