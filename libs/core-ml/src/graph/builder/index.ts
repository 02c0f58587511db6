export { type AttributeValues } from './attributes.js';
export { GraphBuilder, type BuildOptions, type ForeignNode, type GraphBuilderOptions } from './graph-builder.js';
export { type Value } from './value.js';
