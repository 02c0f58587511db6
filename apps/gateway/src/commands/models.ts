import { join } from 'node:path';
import { openModelLibrary } from '@lantern/models';
import type { CommandLine } from '../command-line.js';
import { parseConfig, projectRoot, type Environment } from '../config.js';
import { compileNetwork } from './models-compile.js';
import { listModels, showModel } from './models-list.js';
import { pullModels } from './models-pull.js';
import { removeModels, verifyInstalled } from './models-remove.js';

const usage = `lantern models list    [--task TASK] [--installed] [--json]   what there is, and what is on this machine
lantern models show    NAME [--json]                          licence, quality, inputs, outputs, files
lantern models pull    NAME|FILE.yaml ... [--mirror URL | --from FOLDER]
lantern models verify  [NAME ...]                             reads every byte of what is on this machine
lantern models rm      NAME[@DIGEST] ...                      one version, or all
lantern models compile FOLDER|FILE|PACKAGE [--entry NAME] [--out FILE.onnx] [--half] [--measure] [--layers] [--json]

Pulled files are verified by SHA-256 before anything reads them; a pull that was interrupted goes on when it is repeated.`;

/** `lantern models ...`: exit code 0 done, 1 failed, 2 not understood, 130 interrupted. */
export async function models(line: CommandLine, env: Environment): Promise<number> {
  const config = parseConfig(env, projectRoot);
  const [, verb = 'list', ...names] = line.positionals;
  const library = openModelLibrary(join(config.dataDir, 'models'));
  const [first] = names;
  if (verb === 'list' && first === undefined) return listModels(library, line.values);
  if (verb === 'show' && first !== undefined && names.length === 1) return showModel(library, first, line.values);
  if (verb === 'pull' && first !== undefined) return pullModels(library, names, config);
  if (verb === 'verify') return verifyInstalled(library, names);
  if (verb === 'rm' && first !== undefined) return removeModels(library, names);
  if (verb === 'compile' && first !== undefined && names.length === 1) return compileNetwork(first, line.values);
  console.error(usage);
  return 2;
}
