export { sagemaker, sagemakerRuntime } from './sagemaker.operations.js';
