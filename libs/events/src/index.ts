export { compilePattern, type Pattern } from './patterns/pattern.js';
export { PatternError } from './patterns/pattern-error.js';
