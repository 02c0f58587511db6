export { sns } from './sns.operations.js';
