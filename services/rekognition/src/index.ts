export { rekognition } from './rekognition.operations.js';
