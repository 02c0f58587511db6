export { comprehendmedical } from './comprehendmedical.operations.js';
