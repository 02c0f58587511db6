export { generateApi, generatedMark } from './generate/api.js';
export { toJavaScriptPattern } from './generate/patterns.js';
export { generatedApis, modelsCommit } from './generate/services.js';
