import { COMPILER_VERSION, compileSource, type CompileStage } from '../compile/index.js';
import { ModelLibrary } from './model-library.js';
import type { NetworkCompiler } from './package-models.js';

const sentences: Readonly<Record<CompileStage, string>> = {
  find: 'looking for the network',
  read: 'reading its files',
  compile: 'compiling to ONNX',
  compare: 'comparing',
  measure: 'measuring',
};

/** The compiler of `compile/`, in a worker thread. */
export const sourceCompiler: NetworkCompiler = {
  version: COMPILER_VERSION,
  compile: async (source, { entry, onProgress }) => {
    const { model } = await compileSource(source, {
      ...(entry !== undefined && { entry }),
      onProgress: ({ stage }) => onProgress?.(sentences[stage]),
    });
    return model;
  },
};

/** The models of this machine. @param folder `<data directory>/models` */
export const openModelLibrary = (folder: string): ModelLibrary => new ModelLibrary({ folder, compiler: sourceCompiler });
