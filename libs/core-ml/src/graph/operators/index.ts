export { type OperatorDefinition } from './definition.js';
export { type Known, type Shape } from './known.js';
export { ShapeError } from './shape-error.js';
export { findOperator, isOperatorName, operators, type OperatorName } from './table.js';
