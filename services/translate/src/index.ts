export { translate } from './translate.operations.js';
